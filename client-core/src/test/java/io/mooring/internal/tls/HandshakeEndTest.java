package io.mooring.internal.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.TlsException;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.TlsPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.TlsServerProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where bctls hands over to what goes on behind the handshake. */
class HandshakeEndTest {
  private static final TestIdentity CA = TestCertificates.ca("Test CA").create();
  private static final TlsPolicy POLICY = TlsPolicy.trusting(List.of(CA.certificate()));

  private final TlsMachine client =
      TlsPair.machine(POLICY, "localhost", null, null, Clock.systemUTC());
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(
      strings = {"0400000f00000e1001020304000001bb0000", "1800000100", "04", "080000020000"})
  void finished_withSomethingBehindItInItsRecord_isRefused(String more) throws Exception {
    TlsException e = assertThrows(TlsException.class, () -> connect(new Talkative(more)));
    assertTrue(e.getMessage().contains("behind Finished"), e.getMessage());
    assertTrue(client.hasOutput(), "the alert lies in the output");
    assertThrows(IllegalStateException.class, client::server);
  }

  @Test
  void dataBehindFinished_isCarriedBothWays() throws Exception {
    TlsServerProtocol server = new TlsServerProtocol();
    connect(server);
    assertEquals("TLSv1.3", client.server().protocol());
    server.writeApplicationData("hello".getBytes(UTF_8), 0, 5);
    settle(server);
    client.write("answer".getBytes(UTF_8), 0, 6);
    settle(server);
    assertEquals("hello", received.toString(UTF_8));
    assertEquals(6, server.getAvailableInputBytes());
  }

  private void connect(TlsServerProtocol server) throws IOException {
    server.accept(new BcServer(CA.server("localhost"), NamedGroup.x25519));
    client.start();
    settle(server);
  }

  private void settle(TlsServerProtocol server) throws IOException {
    while (client.hasOutput() || server.getAvailableOutputBytes() > 0) {
      server.offerInput(TlsPair.drain(client));
      byte[] answer = new byte[server.getAvailableOutputBytes()];
      server.readOutput(answer, 0, answer.length);
      client.offer(ByteBuffer.wrap(answer), received::write);
    }
  }

  /** Says more in the record of its Finished. */
  private static final class Talkative extends TlsServerProtocol {
    private final byte[] more;

    Talkative(String more) {
      this.more = HexFormat.of().parseHex(more);
    }

    @Override
    protected void writeRecord(short type, byte[] buffer, int offset, int length)
        throws IOException {
      if (type != ContentType.handshake || buffer[offset] != HandshakeType.finished) {
        super.writeRecord(type, buffer, offset, length);
        return;
      }
      byte[] both = Arrays.copyOfRange(buffer, offset, offset + length + more.length);
      System.arraycopy(more, 0, both, length, more.length);
      super.writeRecord(type, both, 0, both.length);
    }
  }
}
