package io.mooring.enrol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.enrol.EnrolmentException.Reason;
import io.mooring.identity.Secret;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.EstServer;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7030 against a server of our own, as it should go. */
@Timeout(60)
class EstClientTest {
  static final String PASSWORD = Canaries.planted("the EST password", "one-time \u00fc secret");
  private static final String CHALLENGE_PASSWORD = "1.2.840.113549.1.9.7";

  private final RequestedNames names =
      RequestedNames.subject("CN=meter-0042,O=Acme").alternativeNames(List.of("dns:m.example"));
  private final SoftKey key = SoftKey.p256();

  @Test
  void caCertificates_areThoseOfTheAuthority() throws Exception {
    try (EstServer server = EstServer.builder().start()) {
      List<X509Certificate> expected = server.authority().path();
      assertEquals(expected, client(server).caCertificates());
      assertEquals(List.of("cacerts"), server.operations());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = KeyKind.class,
      names = {"EC_P256", "EC_P384", "RSA_3072"})
  void enrol_byPassword_bringsAChainToTheAuthority(KeyKind kind) throws Exception {
    SoftKey own = SoftKey.of(kind);
    try (EstServer server = EstServer.builder().basic("meter", PASSWORD).start()) {
      IssuedCertificate issued = client(server).enrol(login("meter"), own, names);
      assertEquals(server.issued().get(0), issued.certificate());
      assertEquals(own.publicKey(), issued.certificate().getPublicKey());
      assertEquals(List.of(issued.certificate(), server.authority().certificate()), issued.chain());
      assertEquals(List.of(), issued.warnings());
      assertEquals(
          "CN=meter-0042,O=Acme", issued.certificate().getSubjectX500Principal().getName());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-256", "SHA-512-256", "MD5"})
  void enrol_byDigest_neverSendsThePassword(String algorithm) throws Exception {
    try (EstServer server =
        EstServer.builder().digest("meter \"7\"", PASSWORD, algorithm).start()) {
      client(server).enrol(login("meter \"7\""), key, names);
      assertEquals(1, server.issued().size());
    }
  }

  @Test
  void enrol_byFactoryCertificate() throws Exception {
    TestIdentity factory = TestCertificates.ca("Factory").create();
    SoftKey born = SoftKey.of(factory.client("serial-1"));
    try (EstServer server = EstServer.builder().factoryRoots(factory.root()).start()) {
      IssuedCertificate issued = client(server).enrol(EstLogin.certificate(born), key, names);
      assertEquals(key.publicKey(), issued.certificate().getPublicKey());
    }
  }

  @Test
  void reenrol_keepsTheNames_andTakesANewKey() throws Exception {
    try (EstServer server = EstServer.builder().basic("meter", PASSWORD).start()) {
      EstClient client = client(server);
      IssuedCertificate first = client.enrol(login("meter"), key, names);
      SoftKey next = SoftKey.of(KeyKind.EC_P384);
      IssuedCertificate second = client.reenrol(key.with(first.chain()), next);
      assertEquals(next.publicKey(), second.certificate().getPublicKey());
      assertArrayEquals(
          first.certificate().getSubjectX500Principal().getEncoded(),
          second.certificate().getSubjectX500Principal().getEncoded());
      assertArrayEquals(
          first.certificate().getExtensionValue("2.5.29.17"),
          second.certificate().getExtensionValue("2.5.29.17"));
      assertNotEquals(
          first.certificate().getSerialNumber(), second.certificate().getSerialNumber());
    }
  }

  @Test
  void reenrol_keepingTheKey() throws Exception {
    try (EstServer server = EstServer.builder().basic("meter", PASSWORD).start()) {
      EstClient client = client(server);
      SoftKey current = key.with(client.enrol(login("meter"), key, names).chain());
      assertEquals(key.publicKey(), client.reenrol(current, current).certificate().getPublicKey());
    }
  }

  @Test
  void pending_isAskedAgainWithTheSameRequest_asLongAsItFits() throws Exception {
    try (EstServer server = EstServer.builder().basic("meter", PASSWORD).pending(2, "1").start()) {
      client(server).enrol(login("meter"), key, names);
      assertEquals(3, server.requests().size());
      assertArrayEquals(server.requests().get(0), server.requests().get(2));
    }
  }

  @Test
  void pending_beyondTheDeadline_saysWhenToComeBack() throws Exception {
    try (EstServer server =
        EstServer.builder().basic("meter", PASSWORD).pending(9, "3600").start()) {
      var refused =
          assertThrows(
              EnrolmentException.class, () -> client(server).enrol(login("meter"), key, names));
      assertEquals(Reason.PENDING, refused.reason());
      assertEquals(Optional.of(Duration.ofHours(1)), refused.retryAfter());
      assertEquals(202, refused.httpStatus().orElseThrow());
      assertTrue(refused.retryable());
      assertTrue(refused.getMessage().contains("an operator will look at it"));
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void csrAttributes_areRead() throws Exception {
    try (EstServer server =
        EstServer.builder()
            .csrAttributes("2.5.29.17", CHALLENGE_PASSWORD, "1.2.840.10045.2.1")
            .start()) {
      assertEquals(
          new CsrAttributes(true, Optional.of(KeyAlgorithm.EC_P256), List.of("2.5.29.17")),
          client(server).csrAttributes());
    }
    try (EstServer server = EstServer.builder().start()) {
      assertEquals(CsrAttributes.NONE, client(server).csrAttributes());
    }
  }

  @Test
  void challengePassword_whereItIsWanted_isTheChannelBindingOfEachConnection() throws Exception {
    try (EstServer server =
        EstServer.builder()
            .basic("meter", PASSWORD)
            .csrAttributes(CHALLENGE_PASSWORD)
            .pending(1, "1")
            .start()) {
      client(server).enrol(login("meter"), key, names);
      String first = challenge(server.requests().get(0));
      String second = challenge(server.requests().get(1));
      assertEquals(32, Base64.getDecoder().decode(first).length);
      assertNotEquals(first, second);
    }
  }

  @Test
  void challengePassword_overTls12_isRefusedWithWords() throws Exception {
    try (EstServer server =
        EstServer.builder()
            .basic("meter", PASSWORD)
            .csrAttributes(CHALLENGE_PASSWORD)
            .protocols("TLSv1.2")
            .start()) {
      var refused =
          assertThrows(
              EnrolmentException.class, () -> client(server).enrol(login("meter"), key, names));
      assertEquals(Reason.NO_CHANNEL_BINDING, refused.reason());
      assertTrue(refused.getMessage().contains("RFC 9266"), refused::getMessage);
    }
  }

  @Test
  void tls12_withAClientCertificate() throws Exception {
    TestIdentity factory = TestCertificates.ca("Factory").create();
    SoftKey born = SoftKey.of(factory.client("serial-1"));
    try (EstServer server =
        EstServer.builder().factoryRoots(factory.root()).protocols("TLSv1.2").start()) {
      client(server).enrol(EstLogin.certificate(born), key, names);
      assertEquals(1, server.issued().size());
    }
  }

  @Test
  void label_choosesTheAuthority() throws Exception {
    try (EstServer server = EstServer.builder().label("meters.v2").start()) {
      EstEndpoint labelled = EstEndpoint.parse(server.url() + "/meters.v2/");
      assertEquals("meters.v2", labelled.label());
      assertEquals(2, EstClient.of(labelled, trust(server)).caCertificates().size());
      assertThrows(EnrolmentException.class, () -> client(server).caCertificates());
    }
  }

  @Test
  void redirect_atTheSamePlace_isFollowed_withThePassword() throws Exception {
    try (EstServer server =
        EstServer.builder().digest("meter", PASSWORD, "SHA-256").movedOnce().start()) {
      client(server).enrol(login("meter"), key, names);
      assertEquals(1, server.issued().size());
    }
  }

  @Test
  void pins_holdForEst() throws Exception {
    try (EstServer server = EstServer.builder().start()) {
      PinSet right =
          PinSet.of(
              List.of(SpkiPin.of(server.identity().certificate()), SpkiPin.of(key.publicKey())));
      EstClient client = EstClient.of(EstEndpoint.parse(server.url()), trust(server).pinned(right));
      assertEquals(2, client.caCertificates().size());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://est.example/.well-known/est",
        "est.example",
        "https:///.well-known/est",
        "https://est.example/",
        "https://est.example/est",
        "https://est.example/.well-known/est/a/b",
        "https://est.example/.well-known/est/cacerts",
        "https://est.example/.well-known/est/a%20b",
        "https://est.example/.well-known/est?x=1",
        "https://est.example:99999/.well-known/est",
        "https://u:hunter2@est.example/.well-known/est",
        "mqtts://u:hunter2@est.example"
      })
  void url_thatCannotBe_isMisuse_andQuotesNoPassword(String url) {
    var refused = assertThrows(IllegalArgumentException.class, () -> EstEndpoint.parse(url));
    assertTrue(!refused.getMessage().contains("hunter2"), refused::getMessage);
  }

  @Test
  void url_hasTwoForms_andComesBackAsItWas() {
    EstEndpoint plain = EstEndpoint.parse("https://EST.example/.well-known/est/");
    assertEquals(new EstEndpoint("est.example", 443, ""), plain);
    assertEquals("https://est.example/.well-known/est", plain.toString());
    String full = "https://[2001:db8::1]:8443/.well-known/est/x";
    assertEquals(full, EstEndpoint.parse(full).toString());
  }

  static EstClient client(EstServer server) {
    return EstClient.of(EstEndpoint.parse(server.url()), trust(server))
        .timeout(Duration.ofSeconds(20));
  }

  static TlsPolicy trust(EstServer server) {
    return TlsPolicy.trusting(List.of(server.identity().root()));
  }

  static EstLogin login(String user) {
    return EstLogin.password(user, Secret.of(PASSWORD.toCharArray()));
  }

  private static String challenge(byte[] request) throws IOException {
    Attribute[] found =
        new PKCS10CertificationRequest(request)
            .getAttributes(PKCSObjectIdentifiers.pkcs_9_at_challengePassword);
    return ((ASN1String) found[0].getAttrValues().getObjectAt(0)).getString();
  }
}
