package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.ErrorCode;
import io.mooring.error.TlsException;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.TlsPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsServerProtocol;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a broker may say behind the handshake of TLS 1.2 (RFC 5246), and how often. */
class Tls12AfterHandshakeTest {
  private static final TestIdentity CA = TestCertificates.ca("Test CA").create();
  private static final int HELLO_REQUEST_BYTES = 4;

  /** Header, nonce, alert and tag of AES-GCM. */
  private static final int SEALED_ALERT_BYTES = 5 + 8 + 2 + 16;

  private final TlsMachine client =
      TlsPair.machine(
          TlsPolicy.trusting(List.of(CA.certificate())),
          "localhost",
          null,
          null,
          Clock.systemUTC());
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final Talkative broker = new Talkative();

  @BeforeEach
  void connect() throws IOException {
    broker.accept(
        new BcServer(CA.server("localhost"), NamedGroup.secp256r1, ProtocolVersion.TLSv12));
    client.start();
    settle();
    assertEquals("TLSv1.2", client.server().protocol());
  }

  @Test
  void helloRequest_oneAtATime_isRefusedAndTheConnectionGoesOn() throws IOException {
    for (int i = 0; i < ClientProtocol.MOST_HELLO_REQUESTS; i++) {
      broker.helloRequests(1);
      broker.data();
      settle();
    }
    client.write(new byte[] {1}, 0, 1);
    settle();
    assertEquals(ClientProtocol.MOST_HELLO_REQUESTS, broker.refusals);
    assertEquals(ClientProtocol.MOST_HELLO_REQUESTS, received.size());
    assertEquals(1, broker.getAvailableInputBytes());
  }

  @Test
  void helloRequest_aFloodInOneRecord_endsTheConnectionAtOnce() throws IOException {
    broker.helloRequests(4096);
    TlsException e = refused();
    assertTrue(e.getMessage().contains("HelloRequest"), e.getMessage());
    assertEquals(
        (ClientProtocol.MOST_HELLO_REQUESTS + 1) * SEALED_ALERT_BYTES,
        client.output(),
        "a few refusals and the alert that ends it");
    assertBrokerHears(AlertDescription.unexpected_message);
  }

  @Test
  void helloRequest_amongData_isCountedForTheWholeConnection() throws IOException {
    for (int i = 0; i < ClientProtocol.MOST_HELLO_REQUESTS; i++) {
      broker.helloRequests(1);
      broker.data();
      take();
    }
    broker.helloRequests(1);
    refused();
  }

  @ParameterizedTest
  @ValueSource(strings = {"warning", "empty"})
  void recordsWithoutData_areABoundedNumberInARow(String kind) throws IOException {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < EstablishedTls.MOST_WITHOUT_DATA; i++) {
        broker.withoutData(kind);
        take();
      }
      broker.data();
      take();
    }
    assertEquals(2, received.size());
    assertFalse(client.hasOutput());
    for (int i = 0; i < EstablishedTls.MOST_WITHOUT_DATA; i++) {
      broker.withoutData(kind);
      take();
    }
    broker.withoutData(kind);
    TlsException e = refused();
    assertTrue(e.getMessage().contains("in a row without data"), e.getMessage());
    assertBrokerHears(AlertDescription.unexpected_message);
  }

  @Test
  void handshakeMessage_thatNeverEnds_isBoundedToo() throws IOException {
    broker.say(ContentType.handshake, new byte[] {0, 0, 0x7F, (byte) 0xFF});
    take();
    for (int i = 1; i < EstablishedTls.MOST_WITHOUT_DATA; i++) {
      broker.say(ContentType.handshake, new byte[1]);
      take();
    }
    broker.say(ContentType.handshake, new byte[1]);
    refused();
  }

  private TlsException refused() throws IOException {
    TlsException e = assertThrows(TlsException.class, this::take);
    assertEquals(ErrorCode.TLS_RULES_BROKEN, e.code());
    assertFalse(client.takesData());
    return e;
  }

  /** What the broker hears at the end. */
  private void assertBrokerHears(short alert) {
    byte[] said = TlsPair.drain(client);
    TlsFatalAlertReceived heard =
        assertThrows(TlsFatalAlertReceived.class, () -> broker.offerInput(said));
    assertEquals(alert, heard.getAlertDescription());
  }

  private void settle() throws IOException {
    while (client.hasOutput() || broker.getAvailableOutputBytes() > 0) {
      broker.offerInput(TlsPair.drain(client));
      take();
    }
  }

  private void take() throws IOException {
    byte[] said = new byte[broker.getAvailableOutputBytes()];
    broker.readOutput(said, 0, said.length);
    client.offer(ByteBuffer.wrap(said), received::write);
  }

  /** Says what a test wants, and counts how often it was refused. */
  private static final class Talkative extends TlsServerProtocol {
    private int refusals;

    void helloRequests(int count) throws IOException {
      say(ContentType.handshake, new byte[count * HELLO_REQUEST_BYTES]);
    }

    void data() throws IOException {
      say(ContentType.application_data, new byte[1]);
    }

    void withoutData(String kind) throws IOException {
      if (kind.equals("empty")) {
        say(ContentType.application_data, new byte[0]);
      } else {
        say(
            ContentType.alert,
            new byte[] {(byte) AlertLevel.warning, (byte) AlertDescription.user_canceled});
      }
    }

    void say(short type, byte[] content) throws IOException {
      safeWriteRecord(type, content, 0, content.length);
    }

    /** bctls' own answer would end the connection. */
    @Override
    protected void handleAlertWarningMessage(short description) throws IOException {
      if (description == AlertDescription.no_renegotiation) {
        refusals++;
      } else {
        super.handleAlertWarningMessage(description);
      }
    }
  }
}
