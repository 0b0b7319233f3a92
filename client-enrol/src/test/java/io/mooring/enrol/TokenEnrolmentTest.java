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
import io.mooring.keystore.Pkcs11Name;
import io.mooring.keystore.Pkcs11Object;
import io.mooring.keystore.Pkcs11Pin;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.testkit.CsrSigner;
import io.mooring.testkit.EstServer;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.SoftHsm;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
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

  /** pkcs11-tool leaves CKA_ID out of a certificate unless told otherwise. */
  @Test
  void certificateWithoutId_isThatOfItsKey_whichNothingDeletesBeforeItsSuccessor()
      throws Exception {
    makeWithTool("--id", "01");
    PublicKey working = inUse().getPublicKey();
    assertTrue(store.pendingKey().isEmpty());
    Enrolment enrolment = Enrolment.in(store);

    SigningKey waiting = enrolment.generateKey(KeyAlgorithm.EC_P256, true).key();

    assertEquals(working, inUse().getPublicKey());
    assertEquals(waiting.publicKey(), store.pendingKey().orElseThrow().publicKey());
    SigningKey another = enrolment.generateKey(KeyAlgorithm.EC_P384, true).key();
    assertEquals(working, inUse().getPublicKey());
    assertEquals(2, privateKeys(), "the key in use and the one that waits");
    X509Certificate issued = take(enrolment, TestCertificates.ca("Devices").create());
    assertEquals(another.publicKey(), issued.getPublicKey());
    assertOnlyIdentity(issued);
  }

  @Test
  void pairAndCertificateWithoutId_stayInUseBesideAPendingPair_untilItsCertificateIsThere()
      throws Exception {
    makeWithTool();
    PublicKey working = inUse().getPublicKey();
    Enrolment enrolment = Enrolment.in(store);
    // Tokens list in no order: of many, one would come before the pair in use.
    for (int i = 0; i < 8; i++) {
      token.generateKeyPair(label, Pkcs11Token.newId(), KeyAlgorithm.EC_P256);
    }
    assertEquals(working, inUse().getPublicKey());
    PublicKey waiting = store.pendingKey().orElseThrow().publicKey();
    assertEquals(waiting, store.pendingKey().orElseThrow().publicKey());

    enrolment.generateKey(KeyAlgorithm.EC_P256, true);

    assertEquals(2, privateKeys(), "the key in use and the newest that waits");
    assertEquals(working, inUse().getPublicKey());
    assertOnlyIdentity(take(enrolment, TestCertificates.ca("Devices").create()));
  }

  @Test
  void keyInUseWithoutId_takesNoOtherCertificate_andSaysWhy() throws Exception {
    makeWithTool();
    List<X509Certificate> chain = store.identity().orElseThrow().certificateChain();
    EnrolmentException refused =
        assertThrows(EnrolmentException.class, () -> store.replaceChain(chain));
    assertEquals(Reason.WRONG_KEY, refused.reason());
    assertTrue(refused.getMessage().contains("CKA_ID"), refused::getMessage);
  }

  /** A token without the public key: nobody can tell that the key is of no use. */
  @Test
  void keyWithoutItsPublicHalf_isNeverTakenForAPendingOne() throws Exception {
    makeWithTool("--id", "01");
    PublicKey working = inUse().getPublicKey();
    SoftHsm.shared()
        .pkcs11Tool(
            "enrolment", "--delete-object", "--type", "pubkey", "--label", label, "--id", "01");
    assertEquals(working, inUse().getPublicKey());
    assertTrue(store.pendingKey().isEmpty());

    Enrolment enrolment = Enrolment.in(store);
    enrolment.generateKey(KeyAlgorithm.EC_P256, true);
    enrolment.generateKey(KeyAlgorithm.EC_P256, true);

    assertEquals(working, inUse().getPublicKey());
    X509Certificate issued = take(enrolment, TestCertificates.ca("Devices").create());
    assertEquals(issued, inUse());
    assertEquals(2, privateKeys(), "a key of which the token does not tell is not deleted");
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

  /** A pair and its certificate, the latter without CKA_ID, as people make them. */
  private void makeWithTool(String... id) throws Exception {
    List<String> generate =
        new ArrayList<>(List.of("--keypairgen", "--key-type", "EC:prime256v1", "--label", label));
    generate.addAll(List.of(id));
    SoftHsm.shared().pkcs11Tool("enrolment", generate.toArray(String[]::new));
    PublicKey publicKey = token.keyPair(Pkcs11Name.label(label)).publicKey();
    TestIdentity made =
        TestCertificates.ca("Factory")
            .create()
            .issues("meter-0042")
            .clientAuth()
            .key(KeyKind.EC_P256, new KeyPair(publicKey, null))
            .valid(Instant.now().minusSeconds(7200), Instant.now().plusSeconds(86_400))
            .create();
    Path der = Files.write(folder.resolve("cert.der"), made.certificate().getEncoded());
    SoftHsm.shared()
        .pkcs11Tool(
            "enrolment", "--write-object", der.toString(), "--type", "cert", "--label", label);
  }

  private void assertOnlyIdentity(X509Certificate issued) {
    assertEquals(issued, inUse());
    assertEquals(
        List.of(
            Pkcs11Object.Kind.PRIVATE_KEY,
            Pkcs11Object.Kind.PUBLIC_KEY,
            Pkcs11Object.Kind.CERTIFICATE),
        token.objects().stream()
            .filter(object -> object.label().equals(label))
            .map(Pkcs11Object::kind)
            .toList());
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
