package io.mooring.internal.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.NetworkException;
import io.mooring.error.TlsException;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.ChannelBinding;
import io.mooring.tls.CipherPreference;
import io.mooring.tls.TlsPolicy;
import io.mooring.tls.TlsVersion;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The machine against a JDK server: versions, suites, framing, data, and closing. */
class TlsMachineTest {
  private static final TestIdentity CA = TestCertificates.ca("Test CA").create();
  private static final TestIdentity BROKER = CA.server("localhost");
  private static final TlsPolicy POLICY = TlsPolicy.trusting(List.of(CA.certificate()));

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, TLS_AES_128_GCM_SHA256, EC_P256",
    "TLSv1.3, TLS_AES_256_GCM_SHA384, EC_P384",
    "TLSv1.3, TLS_CHACHA20_POLY1305_SHA256, RSA_2048",
    "TLSv1.3, TLS_AES_128_GCM_SHA256, ED25519",
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, EC_P256",
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, EC_P384",
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, EC_P256",
    "TLSv1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, RSA_2048",
    "TLSv1.2, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, RSA_3072",
    "TLSv1.2, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, RSA_2048",
  })
  void tls_everySuiteOnOffer_carriesDataBothWays(String version, String suite, KeyKind kind)
      throws Exception {
    TestIdentity broker = CA.issues("broker").key(kind).dns("localhost").serverAuth().create();
    TlsPair pair =
        TlsPair.of(POLICY, EngineServer.of(broker).protocols(version).suites(suite)).handshake();

    assertEquals(version, pair.client.server().protocol());
    assertEquals(suite, pair.client.server().cipherSuite());
    exchange(pair, 100);
    exchange(pair, 300_000);
  }

  /** The event loop makes the machine; an application's authenticator is the worker's to ask. */
  @Test
  void tls_channelBinding_isAskedForByStart() {
    AtomicInteger asked = new AtomicInteger();
    TlsMachine machine =
        new TlsMachine(
            POLICY,
            "localhost",
            8883,
            null,
            () -> {
              asked.incrementAndGet();
              return ChannelBinding.TLS_EXPORTER;
            },
            Clock.systemUTC(),
            null);
    assertEquals(0, asked.get());
    assertFalse(machine.hasOutput());
    assertFalse(machine.isHandshaking());
    machine.start();
    assertEquals(1, asked.get());
    assertTrue(machine.hasOutput());
    assertThrows(IllegalStateException.class, machine::start);
  }

  @Test
  void tls_closedBeforeItsStart_hasNothingToSay() {
    TlsMachine machine = TlsPair.machine(POLICY, "localhost", null, null, Clock.systemUTC());
    machine.trim();
    machine.close();
    assertFalse(machine.hasOutput());
    assertFalse(machine.takesData());
  }

  @Test
  void tls_handshake_tellsWhatWasVerified() {
    TlsPair pair = TlsPair.of(POLICY, EngineServer.of(BROKER)).handshake();

    VerifiedServer server = pair.client.server();
    assertEquals("localhost", server.host());
    assertEquals(8883, server.port());
    assertEquals("TLSv1.3", server.protocol());
    assertEquals("x25519", server.namedGroup());
    assertEquals(List.of("CN=localhost", "CN=Test CA"), server.path());
    assertEquals("CN=localhost", server.subject());
    assertEquals(BROKER.certificate().getNotAfter().toInstant(), server.notAfter());
    assertNull(server.matchedPin());
    assertNull(server.alpn());
    assertFalse(server.clientCertificateRequested());
    assertThrows(IllegalStateException.class, server::channelBinding);
  }

  @Test
  void tls_postQuantumOff_andOn_connectsWithAPeerWithoutIt() {
    for (boolean offered : new boolean[] {false, true}) {
      TlsPair pair = TlsPair.of(POLICY.postQuantum(offered), EngineServer.of(BROKER)).handshake();
      assertEquals("x25519", pair.client.server().namedGroup());
    }
  }

  @ParameterizedTest
  @CsvSource({"AES, TLS_AES_128_GCM_SHA256", "CHACHA20, TLS_CHACHA20_POLY1305_SHA256"})
  void tls_cipherPreference_decidesWhereTheServerFollowsTheClient(
      CipherPreference preference, String suite) {
    EngineServer server =
        EngineServer.of(BROKER)
            .with(
                engine -> {
                  var parameters = engine.getSSLParameters();
                  parameters.setUseCipherSuitesOrder(false);
                  engine.setSSLParameters(parameters);
                });
    TlsPair pair = TlsPair.of(POLICY.cipherPreference(preference), server).handshake();
    assertEquals(suite, pair.client.server().cipherSuite());
  }

  @Test
  void tls_alpn_isOfferedAndReported() {
    EngineServer server =
        EngineServer.of(BROKER)
            .with(
                engine -> {
                  var parameters = engine.getSSLParameters();
                  parameters.setApplicationProtocols(new String[] {"mqtt"});
                  engine.setSSLParameters(parameters);
                });
    TlsPair pair = TlsPair.of(POLICY.alpn("x-amzn-mqtt-ca", "mqtt"), server).handshake();
    assertEquals("mqtt", pair.client.server().alpn());
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void tls_byteDribble_worksInEveryPhase(String version) throws Exception {
    for (boolean direct : new boolean[] {false, true}) {
      TlsPair pair = TlsPair.of(POLICY, EngineServer.of(BROKER).protocols(version));
      pair.chunk = 1;
      pair.direct = direct;
      pair.handshake();
      exchange(pair, 20_000);
    }
  }

  @Test
  void tls_oddChunksAndCoalescedRecords_areFramed() throws Exception {
    for (int chunk : new int[] {3, 5, 6, 1000, 16_389, 70_000}) {
      TlsPair pair = TlsPair.of(POLICY, EngineServer.of(BROKER));
      pair.chunk = chunk;
      pair.handshake();
      exchange(pair, 200_000);
      for (int i = 0; i < 50; i++) {
        pair.server.write(new byte[] {(byte) i});
      }
      pair.received.reset();
      pair.settle();
      assertEquals(50, pair.received.size());
    }
  }

  @Test
  void tls_minimumVersion13_refusesAPeerOf12() {
    TlsPair pair =
        TlsPair.of(
            POLICY.minimumVersion(TlsVersion.TLS_1_3),
            EngineServer.of(BROKER).protocols("TLSv1.2"));
    TlsException e = assertThrows(TlsException.class, pair::handshake);
    assertEquals(70, e.alert().orElseThrow());
    assertTrue(e.getMessage().contains("neither TLS 1.3 nor TLS 1.2"), e.getMessage());
  }

  @Test
  void tls_cbcOnlyServer_isRefusedWithAdvice() {
    TlsPair pair =
        TlsPair.of(
            POLICY,
            EngineServer.of(BROKER)
                .protocols("TLSv1.2")
                .suites("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"));
    TlsException e = assertThrows(TlsException.class, pair::handshake);
    assertEquals(40, e.alert().orElseThrow());
    assertTrue(e.getMessage().contains("Enable one of those on the broker"), e.getMessage());
  }

  @Test
  void tls_tls11OnlyServerThatSaysSo_isRefusedWithAdvice() {
    TlsMachine machine = TlsPair.of(POLICY, EngineServer.of(BROKER)).client;
    machine.start();
    TlsException e =
        assertThrows(
            TlsException.class,
            () -> machine.offer(ByteBuffer.wrap(hex("15030200020246")), (b, o, l) -> {}));
    assertTrue(e.getMessage().contains("Enable TLS 1.2 or 1.3"), e.getMessage());
  }

  @Test
  void tls_serverHelloOfTls11_isRefusedWithAnAlert() {
    TlsMachine machine = TlsPair.of(POLICY, EngineServer.of(BROKER)).client;
    machine.start();
    TlsPair.drain(machine);
    byte[] serverHello = hex("160302002a0200002603020" + "0".repeat(63) + "00c01300");
    TlsException e =
        assertThrows(
            TlsException.class, () -> machine.offer(ByteBuffer.wrap(serverHello), (b, o, l) -> {}));
    assertTrue(e.getMessage().contains("TLS with localhost:8883 failed"), e.getMessage());
    assertEquals(21, TlsPair.drain(machine)[0], "an alert lies in the output");
  }

  @Test
  void tls_fatalFailure_isThrownAgainAndLeavesNoProof() {
    TlsMachine machine = TlsPair.of(POLICY, EngineServer.of(BROKER)).client;
    machine.start();
    byte[] alert = hex("15030300020228");
    TlsException first =
        assertThrows(
            TlsException.class, () -> machine.offer(ByteBuffer.wrap(alert), (b, o, l) -> {}));
    assertFalse(machine.isHandshaking());
    assertThrows(IllegalStateException.class, machine::server);
    assertEquals(
        first,
        assertThrows(
            TlsException.class, () -> machine.offer(ByteBuffer.wrap(alert), (b, o, l) -> {})));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void tls_closeNotify_deliversWhatCameBeforeIt(String version) throws Exception {
    TlsPair pair = TlsPair.of(POLICY, EngineServer.of(BROKER).protocols(version)).handshake();
    pair.server.write("last words".getBytes(UTF_8));
    pair.server.close();
    pair.settle();

    assertEquals("last words", pair.received.toString(UTF_8));
    assertTrue(pair.client.isClosedByPeer());
    assertThrows(NetworkException.class, () -> pair.client.write(new byte[1], 0, 1));
    pair.client.closeInput();
    pair.client.close();
  }

  @Test
  void tls_endOfStreamWithoutCloseNotify_isATruncation() {
    TlsPair pair = TlsPair.of(POLICY, EngineServer.of(BROKER)).handshake();
    NetworkException e = assertThrows(NetworkException.class, pair.client::closeInput);
    assertTrue(e.getMessage().contains("without TLS close_notify"), e.getMessage());
    pair.client.close();
  }

  @Test
  void tls_endOfStreamInTheHandshake_saysHowFarItCame() {
    TlsMachine silent = TlsPair.of(POLICY, EngineServer.of(BROKER)).client;
    silent.start();
    NetworkException e = assertThrows(NetworkException.class, silent::closeInput);
    assertTrue(e.getMessage().contains("without a word of TLS"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"HTTP/1.1 400 Bad Request\r\n", " \u0002\u0000\u0000", "SSH-2.0", "\u0000"})
  void tls_plaintextPeer_isNamedWithItsFirstBytes(String answer) {
    TlsMachine machine = TlsPair.of(POLICY, EngineServer.of(BROKER)).client;
    machine.start();
    TlsException e =
        assertThrows(
            TlsException.class,
            () -> machine.offer(ByteBuffer.wrap(answer.getBytes(UTF_8)), (b, o, l) -> {}));
    assertTrue(e.getMessage().contains("does not speak TLS"), e.getMessage());
    assertTrue(e.getMessage().chars().noneMatch(Character::isISOControl), e.getMessage());
  }

  @Test
  void tls_recordLongerThanTlsAllows_isRefusedBeforeItIsBuffered() {
    TlsMachine machine = TlsPair.of(POLICY, EngineServer.of(BROKER)).client;
    machine.start();
    TlsException e =
        assertThrows(
            TlsException.class,
            () -> machine.offer(ByteBuffer.wrap(hex("160303ffff")), (b, o, l) -> {}));
    assertTrue(e.getMessage().contains("65535 bytes"), e.getMessage());
  }

  @Test
  void tls_alteredRecord_isRefused() throws Exception {
    TlsPair pair = TlsPair.of(POLICY, EngineServer.of(BROKER)).handshake();
    pair.server.write("genuine".getBytes(UTF_8));
    byte[] record = pair.server.takeOutput();
    record[record.length - 1] ^= 1;
    TlsException e = assertThrows(TlsException.class, () -> pair.offer(record, 0, record.length));
    assertTrue(e.getMessage().contains("altered or damaged"), e.getMessage());
    assertEquals(0, pair.received.size());
    assertTrue(pair.client.hasOutput(), "the alert lies in the output");
  }

  @Test
  void tls_close_worksInEveryState() {
    TlsMachine unborn = TlsPair.of(POLICY, EngineServer.of(BROKER)).client;
    unborn.close();
    unborn.close();
    assertFalse(unborn.hasOutput());

    TlsMachine begun = TlsPair.of(POLICY, EngineServer.of(BROKER)).client;
    begun.start();
    begun.close();
    begun.close();
    assertFalse(begun.isHandshaking());
    begun.offer(ByteBuffer.wrap(hex("1603030000")), (b, o, l) -> {});

    TlsPair connected = TlsPair.of(POLICY, EngineServer.of(BROKER)).handshake();
    connected.client.close();
    connected.client.close();
    connected.settle();
    assertTrue(connected.server.engine.isInboundDone(), "close_notify reached the server");
    assertThrows(IllegalStateException.class, () -> connected.client.write(new byte[1], 0, 1));

    TlsPair failed = TlsPair.of(POLICY, "other.example", EngineServer.of(BROKER));
    assertThrows(TlsException.class, failed::handshake);
    failed.client.close();
    failed.client.close();
  }

  @Test
  void tls_misuse_isToldApart() {
    TlsMachine machine = TlsPair.of(POLICY, EngineServer.of(BROKER)).client;
    assertThrows(
        IllegalStateException.class, () -> machine.offer(ByteBuffer.allocate(1), (b, o, l) -> {}));
    assertThrows(IllegalStateException.class, machine::server);
    machine.start();
    assertThrows(IllegalStateException.class, machine::start);
    assertThrows(IllegalStateException.class, () -> machine.write(new byte[1], 0, 1));
  }

  @Test
  void tls_output_isDrainedInPieces() {
    TlsPair pair = TlsPair.of(POLICY, EngineServer.of(BROKER)).handshake();
    pair.client.write(new byte[100_000], 0, 100_000);
    int pending = pair.client.output();
    ByteBuffer piece = ByteBuffer.allocateDirect(7_777);
    int moved = 0;
    while (pair.client.hasOutput()) {
      piece.clear();
      moved += pair.client.readOutput(piece);
    }
    assertEquals(pending, moved);
    pair.client.trim();
  }

  private static void exchange(TlsPair pair, int length) throws Exception {
    byte[] data = new byte[length];
    new Random(length).nextBytes(data);
    pair.received.reset();
    pair.server.received.reset();
    pair.client.write(data, 0, length);
    pair.server.write(data);
    pair.settle();
    assertArrayEquals(data, pair.server.received.toByteArray());
    assertArrayEquals(data, pair.received.toByteArray());
  }

  private static byte[] hex(String text) {
    return java.util.HexFormat.of().parseHex(text);
  }
}
