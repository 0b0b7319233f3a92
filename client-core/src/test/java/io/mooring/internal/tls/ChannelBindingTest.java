package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.TlsException;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.ChannelBinding;
import io.mooring.tls.TlsPolicy;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Channel bindings, compared with what OpenSSL and the JDK compute. */
@Timeout(30)
class ChannelBindingTest {
  private static final TestIdentity CA = TestCertificates.ca("Test CA").create();
  private static final TestIdentity BROKER = CA.server("localhost");
  private static final TlsPolicy POLICY = TlsPolicy.trusting(List.of(CA.certificate()));

  @Test
  void channelBinding_tlsExporter_equalsOpenssl(@TempDir Path folder) throws Exception {
    try (OpensslServer server =
        OpensslServer.start(
            folder,
            BROKER,
            null,
            "-tls1_3",
            "-keymatexport",
            "EXPORTER-Channel-Binding",
            "-keymatexportlen",
            "32")) {
      TlsMachine machine = machine(ChannelBinding.TLS_EXPORTER);
      try (SocketChannel channel = server.handshake(machine)) {
        String openssl = server.after("Keying material:");
        byte[] ours = machine.server().channelBinding();
        assertEquals(openssl, HexFormat.of().withUpperCase().formatHex(ours));
        assertNotSame(ours, machine.server().channelBinding());
        machine.close();
        OpensslServer.flush(machine, channel);
      }
    }
  }

  @Test
  void channelBinding_tlsExporter_worksOnTls12WithExtendedMasterSecret() {
    TlsPair pair = pair(ChannelBinding.TLS_EXPORTER, BROKER, "TLSv1.2").handshake();
    assertEquals(32, pair.client.server().channelBinding().length);
  }

  @Test
  void channelBinding_tlsExporterOnTls12WithoutExtendedMasterSecret_isRefusedClearly(
      @TempDir Path folder) throws Exception {
    Path config = OpensslServer.withoutExtendedMasterSecret(folder);
    try (OpensslServer server = OpensslServer.start(folder, BROKER, config, "-tls1_2")) {
      TlsException e =
          assertThrows(
              TlsException.class, () -> server.handshake(machine(ChannelBinding.TLS_EXPORTER)));
      assertTrue(e.getMessage().contains("without extended master secret"), e.getMessage());
    }
    try (OpensslServer server = OpensslServer.start(folder, BROKER, config, "-tls1_2")) {
      TlsMachine machine = machine(ChannelBinding.TLS_SERVER_END_POINT);
      server.handshake(machine).close();
      assertEquals(32, machine.server().channelBinding().length);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, EC_P256, SHA-256",
    "TLSv1.2, EC_P256, SHA-256",
    "TLSv1.3, RSA_2048, SHA-256",
    "TLSv1.3, EC_P384, SHA-384",
  })
  void channelBinding_tlsServerEndPoint_isTheHashOfTheCertificate(
      String version, KeyKind issuerKind, String hash) throws Exception {
    TestIdentity ca = TestCertificates.ca("CA " + issuerKind).key(issuerKind).create();
    TestIdentity broker = ca.server("localhost");
    TlsPair pair =
        new TlsPair(
                TlsPair.machine(
                    TlsPolicy.trusting(List.of(ca.certificate())),
                    "localhost",
                    null,
                    ChannelBinding.TLS_SERVER_END_POINT,
                    Clock.systemUTC()),
                EngineServer.of(broker).protocols(version))
            .handshake();
    assertArrayEquals(
        MessageDigest.getInstance(hash).digest(broker.certificate().getEncoded()),
        pair.client.server().channelBinding());
  }

  @Test
  void channelBinding_tlsServerEndPointOfSha1_isRaisedToSha256() throws Exception {
    var leaf = Sha1Certificate.signedBy(CA, "localhost");
    assertArrayEquals(
        MessageDigest.getInstance("SHA-256").digest(leaf.getEncoded()), ServerEndPoint.of(leaf));
  }

  @Test
  void channelBinding_tlsServerEndPointOfEd25519_isUndefined() {
    TestIdentity ca = TestCertificates.ca("Ed CA").key(KeyKind.ED25519).create();
    TlsException e =
        assertThrows(
            TlsException.class, () -> ServerEndPoint.of(ca.server("localhost").certificate()));
    assertTrue(e.getMessage().contains("not defined"), e.getMessage());
  }

  private static TlsMachine machine(ChannelBinding binding) {
    return TlsPair.machine(POLICY, "localhost", null, binding, Clock.systemUTC());
  }

  private static TlsPair pair(ChannelBinding binding, TestIdentity broker, String version) {
    return new TlsPair(machine(binding), EngineServer.of(broker).protocols(version));
  }
}
