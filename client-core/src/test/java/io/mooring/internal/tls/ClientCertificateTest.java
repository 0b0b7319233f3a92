package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.ClientCertificateRefusedException;
import io.mooring.error.KeystoreException;
import io.mooring.error.TlsException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.TlsPolicy;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mutual TLS: every kind of device key, and every way a broker turns one down. */
class ClientCertificateTest {
  private static final TestIdentity CA = TestCertificates.ca("Test CA").create();
  private static final TestIdentity BROKER = CA.server("localhost");
  private static final TestIdentity DEVICE_CA = TestCertificates.ca("Device CA").create();
  private static final TlsPolicy POLICY = TlsPolicy.trusting(List.of(CA.certificate()));

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, EC_P256, ECDSA_SECP256R1_SHA256",
    "TLSv1.3, EC_P384, ECDSA_SECP384R1_SHA384",
    "TLSv1.3, RSA_2048, RSA_PSS_RSAE_SHA256",
    "TLSv1.3, RSA_3072, RSA_PSS_RSAE_SHA256",
    "TLSv1.3, ED25519, ED25519",
    "TLSv1.2, EC_P256, ECDSA_SECP256R1_SHA256",
    "TLSv1.2, EC_P384, ECDSA_SECP384R1_SHA384",
    "TLSv1.2, RSA_2048, RSA_PSS_RSAE_SHA256",
  })
  void mutualTls_everyKind_isTakenByTheBroker(
      String version, KeyKind kind, SignatureScheme expected) throws Exception {
    TestIdentity device = DEVICE_CA.issues("meter").key(kind).clientAuth().create();
    SoftIdentity identity = new SoftIdentity(device);
    TlsPair pair = pair(version, identity, DEVICE_CA.certificate()).handshake();

    assertTrue(pair.client.server().clientCertificateRequested());
    assertEquals(List.of(expected), identity.signed);
    assertArrayEquals(
        device.chain().toArray(),
        pair.server.engine.getSession().getPeerCertificates(),
        "the chain went over, leaf first, without the root");
    pair.server.write(new byte[] {42});
    pair.settle();
    assertEquals(1, pair.received.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void mutualTls_certificateIsReady_beforeTheKeySigns(String version) {
    SoftIdentity identity = new SoftIdentity(DEVICE_CA.client("meter"));
    TlsPair pair = pair(version, identity, DEVICE_CA.certificate());
    List<Integer> sentUnsigned = new ArrayList<>();
    pair.client.whenPartIsReady(
        () -> {
          assertEquals(List.of(), identity.signed);
          byte[] part = TlsPair.drain(pair.client);
          sentUnsigned.add(part.length);
          pair.server.offer(part);
        });
    pair.handshake();
    assertEquals("localhost", pair.client.server().host());
    assertEquals(1, sentUnsigned.size());
    assertTrue(sentUnsigned.get(0) > 300, "a certificate has more than " + sentUnsigned);
  }

  @Test
  void mutualTls_pkcs1_isForTls12Only() {
    TestIdentity device = DEVICE_CA.issues("meter").key(KeyKind.RSA_2048).clientAuth().create();
    SoftIdentity identity =
        new SoftIdentity(
            device.chain(), device.privateKey(), List.of(SignatureScheme.RSA_PKCS1_SHA256));
    pair("TLSv1.2", identity, DEVICE_CA.certificate()).handshake().client.server();
    assertEquals(List.of(SignatureScheme.RSA_PKCS1_SHA256), identity.signed);

    TlsPair tls13 = pair("TLSv1.3", identity, DEVICE_CA.certificate());
    TlsException e = assertThrows(TlsException.class, tls13::handshake);
    assertTrue(
        e.getMessage().contains("accepts no signature of this device's key"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void mutualTls_deviceBelowAnIntermediate_sendsIt(String version) throws Exception {
    TestIdentity fleet = DEVICE_CA.issuesCa("Fleet CA").create();
    TestIdentity device = fleet.client("meter");
    TlsPair pair = pair(version, new SoftIdentity(device), DEVICE_CA.certificate()).handshake();
    assertEquals(2, pair.server.engine.getSession().getPeerCertificates().length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void mutualTls_unknownDevice_isRefusedByName(String version) {
    TestIdentity device = TestCertificates.ca("Other CA").create().client("meter");
    TlsPair pair = pair(version, new SoftIdentity(device), DEVICE_CA.certificate());
    ClientCertificateRefusedException e =
        assertThrows(ClientCertificateRefusedException.class, pair::handshake);
    assertTrue(e.getMessage().contains("refused this device's certificate"), e.getMessage());
    assertTrue(e.alert().isPresent());
    assertFalse(e.retryable());
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void mutualTls_withoutAnIdentity_isRefusedByName(String version) {
    TlsPair pair = pair(version, null, DEVICE_CA.certificate());
    ClientCertificateRefusedException e =
        assertThrows(ClientCertificateRefusedException.class, pair::handshake);
    assertTrue(e.getMessage().contains("this device has none"), e.getMessage());
  }

  @Test
  void mutualTls_tokenThatFails_isReportedAsSuch() {
    TestIdentity device = DEVICE_CA.client("meter");
    DeviceIdentity broken =
        new DeviceIdentity() {
          @Override
          public List<X509Certificate> certificateChain() {
            return device.chain();
          }

          @Override
          public java.util.Set<SignatureScheme> signatureSchemes() {
            return java.util.Set.of(SignatureScheme.ECDSA_SECP256R1_SHA256);
          }

          @Override
          public byte[] sign(SignatureScheme scheme, byte[] message) {
            throw new KeystoreException("PKCS#11: the token is gone. Put it back.");
          }
        };
    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      TlsPair pair = pair(version, broken, DEVICE_CA.certificate());
      KeystoreException e = assertThrows(KeystoreException.class, pair::handshake);
      assertTrue(e.getMessage().contains("the token is gone"));
    }
  }

  @Test
  void mutualTls_signatureByAnotherKey_isRefused() {
    TestIdentity device = DEVICE_CA.client("meter");
    TestIdentity other = DEVICE_CA.client("other");
    SoftIdentity mixed =
        new SoftIdentity(
            device.chain(), other.privateKey(), List.of(SignatureScheme.ECDSA_SECP256R1_SHA256));
    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      TlsPair pair = pair(version, mixed, DEVICE_CA.certificate());
      assertThrows(TlsException.class, pair::handshake);
    }
  }

  @Test
  void mutualTls_identityWithoutARequest_isKnownToHaveStayedUnseen() {
    SoftIdentity identity = new SoftIdentity(DEVICE_CA.client("meter"));
    TlsPair pair =
        new TlsPair(
                TlsPair.machine(POLICY, "localhost", identity, null, Clock.systemUTC()),
                EngineServer.of(BROKER))
            .handshake();
    assertFalse(pair.client.server().clientCertificateRequested());
    assertEquals(List.of(), identity.signed);
  }

  private static TlsPair pair(String version, DeviceIdentity identity, X509Certificate root) {
    return new TlsPair(
        TlsPair.machine(POLICY, "localhost", identity, null, Clock.systemUTC()),
        EngineServer.of(BROKER, BROKER.chain(), List.of(root)).protocols(version).needClientAuth());
  }
}
