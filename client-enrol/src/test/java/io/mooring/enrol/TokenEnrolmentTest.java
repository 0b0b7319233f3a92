package io.mooring.enrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.enrol.EnrolmentException.Reason;
import io.mooring.error.NetworkException;
import io.mooring.identity.Secret;
import io.mooring.identity.SigningKey;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.Pkcs11KeyPair;
import io.mooring.keystore.Pkcs11Object;
import io.mooring.keystore.Pkcs11Pin;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.testkit.CsrSigner;
import io.mooring.testkit.EstServer;
import io.mooring.testkit.SoftHsm;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same life with the key in a token (SoftHSM), which it never leaves. */
@Timeout(120)
class TokenEnrolmentTest {
  private static final RequestedNames NAMES = RequestedNames.subject("CN=meter-0042");

  @TempDir Path folder;

  private static Pkcs11Token token;

  private final String label = HexFormat.of().formatHex(Pkcs11Token.newId());
  private final Pkcs11Store store = Pkcs11Store.of(token, label);

  @BeforeAll
  static void openToken() {
    SoftHsm.shared().initToken("enrolment");
    token =
        Pkcs11Token.library(SoftHsm.shared().library())
            .tokenLabel("enrolment")
            .pin(Pkcs11Pin.of(Secret.of(SoftHsm.PIN.toCharArray())))
            .open();
  }

  @AfterAll
  static void closeToken() {
    if (token != null) {
      token.close();
    }
  }

  @Test
  void life_enrolmentAndRenewal_withKeysOfTheToken() throws Exception {
    try (EstServer server = server()) {
      Enrolment enrolment = Enrolment.in(store);
      assertTrue(store.identity().isEmpty());
      enrol(enrolment, server);
      X509Certificate first = inUse();
      enrolment.renew(EstClientTest.client(server), null, Enrolment.Trial.NONE);
      X509Certificate second = inUse();
      assertNotEquals(first.getPublicKey(), second.getPublicKey());
      assertEquals(server.issued().get(1), second);
      assertTrue(store.pendingKey().isEmpty());
      assertEquals(1, privateKeys(), "the old key is gone");
    }
  }

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void request_signedInTheToken_isVerifiedByOpenssl(KeyAlgorithm algorithm) throws Exception {
    Enrolment enrolment = Enrolment.in(store);
    assertTrue(enrolment.generateKey(algorithm, false).made());
    assertFalse(enrolment.generateKey(algorithm, false).made());
    assertTrue(algorithm.isOf(store.pendingKey().orElseThrow().publicKey()));
    Path pem = Files.writeString(folder.resolve("r.pem"), enrolment.request(NAMES).pem());
    String text = Openssl.run(folder, "req", "-verify", "-noout", "-in", pem.toString());
    assertTrue(text.contains("verify OK"), text);
  }

  @Test
  void trialThatFails_leavesTheIdentity_andTheNextRenewalTakesUpTheKey() throws Exception {
    try (EstServer server = server()) {
      Enrolment enrolment = Enrolment.in(store);
      enrol(enrolment, server);
      X509Certificate before = inUse();
      assertThrows(
          NetworkException.class,
          () ->
              enrolment.renew(
                  EstClientTest.client(server),
                  null,
                  candidate -> {
                    assertEquals(server.issued().get(1), candidate.certificateChain().get(0));
                    throw new NetworkException("the broker does not take it");
                  }));
      assertEquals(before, inUse());
      PublicKey waiting = store.pendingKey().orElseThrow().publicKey();
      enrolment.renew(EstClientTest.client(server), null, Enrolment.Trial.NONE);
      assertEquals(waiting, inUse().getPublicKey());
    }
  }

  @Test
  void replacedPendingKey_isDeleted() {
    Enrolment enrolment = Enrolment.in(store);
    SigningKey first = enrolment.generateKey(KeyAlgorithm.EC_P256, false).key();
    SigningKey second = enrolment.generateKey(KeyAlgorithm.EC_P256, true).key();
    assertNotEquals(first.publicKey(), second.publicKey());
    assertEquals(second.publicKey(), store.pendingKey().orElseThrow().publicKey());
    assertEquals(1, privateKeys());
  }

  /** A crash between storing the new certificate and deleting the old key. */
  @Test
  void crashAfterTheCertificateWasStored_leavesTheNewIdentity() {
    TestIdentity authority = TestCertificates.ca("Devices").create();
    Enrolment enrolment = Enrolment.in(store);
    enrolment.generateKey(KeyAlgorithm.EC_P256, false);
    take(enrolment, authority);
    SigningKey next = enrolment.generateKey(KeyAlgorithm.EC_P256, false).key();
    byte[] id = pendingId(next);
    X509Certificate issued = new CsrSigner(authority).sign(enrolment.request(NAMES).der());
    token.storeCertificateChain(label, id, List.of(issued));
    assertEquals(2, privateKeys());
    assertTrue(store.pendingKey().isEmpty());
    assertTrue(store.identity().isPresent());
    enrolment.generateKey(KeyAlgorithm.EC_P256, false);
    X509Certificate last = take(enrolment, authority);
    assertEquals(last, inUse());
    assertEquals(1, privateKeys(), "what the crash left is gone");
  }

  @Test
  void certificateForTheKeyInUse_replacesTheChain() {
    TestIdentity authority = TestCertificates.ca("Devices").create();
    Enrolment enrolment = Enrolment.in(store);
    enrolment.generateKey(KeyAlgorithm.EC_P256, false);
    byte[] request = enrolment.request(NAMES).der();
    take(enrolment, authority);
    X509Certificate again = new CsrSigner(authority).sign(request);
    List<X509Certificate> bundle = List.of(again, authority.certificate());
    assertTrue(enrolment.take(bundle, List.of(), Enrolment.Trial.NONE).changed());
    assertFalse(enrolment.take(bundle, List.of(), Enrolment.Trial.NONE).changed());
    assertEquals(again, inUse());
  }

  @Test
  void nothingToPromoteOrRenew_saysSo() throws Exception {
    List<X509Certificate> some = TestCertificates.localhost().chain();
    assertEquals(
        Reason.NOT_ENROLLED,
        assertThrows(EnrolmentException.class, () -> store.promote(some)).reason());
    assertThrows(EnrolmentException.class, () -> store.candidate(some));
    assertThrows(EnrolmentException.class, () -> store.replaceChain(some));
    assertThrows(EnrolmentException.class, () -> Enrolment.in(store).request(NAMES));
  }

  private byte[] pendingId(SigningKey key) {
    return ((Pkcs11KeyPair) key).id();
  }

  private long privateKeys() {
    return token.objects().stream()
        .filter(object -> object.kind() == Pkcs11Object.Kind.PRIVATE_KEY)
        .filter(object -> object.label().equals(label))
        .count();
  }

  private X509Certificate inUse() {
    return store.identity().orElseThrow().certificateChain().get(0);
  }

  private static X509Certificate take(Enrolment enrolment, TestIdentity authority) {
    X509Certificate issued = new CsrSigner(authority).sign(enrolment.request(NAMES).der());
    enrolment.take(List.of(issued), List.of(authority.certificate()), Enrolment.Trial.NONE);
    return issued;
  }

  private static EstServer server() throws Exception {
    return EstServer.builder().basic("meter", EstClientTest.PASSWORD).start();
  }

  private static void enrol(Enrolment enrolment, EstServer server) {
    enrolment.enrol(
        EstClientTest.client(server),
        EstClientTest.login("meter"),
        NAMES,
        null,
        Enrolment.Trial.NONE);
  }
}
