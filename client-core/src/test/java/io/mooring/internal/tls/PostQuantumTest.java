package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.error.TlsException;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.TlsPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.TlsServerProtocol;
import org.junit.jupiter.api.Test;

/** X25519MLKEM768 with a server that takes nothing else: one HelloRetryRequest, then data. */
class PostQuantumTest {
  private static final TestIdentity CA = TestCertificates.ca("Test CA").create();
  private static final TlsPolicy POLICY = TlsPolicy.trusting(List.of(CA.certificate()));

  @Test
  void postQuantum_serverThatTakesNothingElse_isServed() throws Exception {
    TlsMachine client = TlsPair.machine(POLICY, "localhost", null, null, Clock.systemUTC());
    TlsServerProtocol server = new TlsServerProtocol();
    server.accept(new BcServer(CA.server("localhost"), NamedGroup.X25519MLKEM768));
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    client.start();
    settle(client, server, received);

    assertEquals("X25519MLKEM768", client.server().namedGroup());
    byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
    server.writeApplicationData(hello, 0, hello.length);
    settle(client, server, received);
    assertEquals("hello", received.toString(StandardCharsets.UTF_8));
  }

  @Test
  void postQuantum_switchedOff_isNotOffered() throws Exception {
    TlsMachine client =
        TlsPair.machine(POLICY.postQuantum(false), "localhost", null, null, Clock.systemUTC());
    TlsServerProtocol server = new TlsServerProtocol();
    server.accept(new BcServer(CA.server("localhost"), NamedGroup.X25519MLKEM768));
    client.start();
    byte[] hello = TlsPair.drain(client);
    assertThrows(IOException.class, () -> server.offerInput(hello));
    byte[] alert = new byte[server.getAvailableOutputBytes()];
    server.readOutput(alert, 0, alert.length);
    assertThrows(TlsException.class, () -> client.offer(ByteBuffer.wrap(alert), (b, o, l) -> {}));
  }

  private static void settle(
      TlsMachine client, TlsServerProtocol server, ByteArrayOutputStream received)
      throws IOException {
    while (client.hasOutput() || server.getAvailableOutputBytes() > 0) {
      server.offerInput(TlsPair.drain(client));
      byte[] answer = new byte[server.getAvailableOutputBytes()];
      server.readOutput(answer, 0, answer.length);
      client.offer(ByteBuffer.wrap(answer), received::write);
    }
  }
}
