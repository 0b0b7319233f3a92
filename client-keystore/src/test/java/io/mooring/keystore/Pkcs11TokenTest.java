package io.mooring.keystore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.Secret;
import io.mooring.identity.SignatureScheme;
import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.keystore.Pkcs11KeyEntry.Use;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.SoftHsm;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What a token, a PIN and the objects in it can have wrong, on SoftHSM. */
class Pkcs11TokenTest {
  private static final byte[] MESSAGE = "a transcript to sign".getBytes(UTF_8);
  private static final SignatureScheme P256 = SignatureScheme.ECDSA_SECP256R1_SHA256;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final TestIdentity root = TestCertificates.ca("Mooring Test Root").create();

  @TempDir Path folder;

  @AfterEach
  void closeTokens() throws Exception {
    for (AutoCloseable token : open) {
      token.close();
    }
  }

  @Test
  void wrongPin_typed_saysThatTheTokenCounts_andIsNeverTriedAgain() {
    SoftHsm.shared().initToken("wrong-pin");
    AtomicInteger asked = new AtomicInteger();
    Pkcs11Token.Builder builder =
        Pkcs11Token.library(SoftHsm.shared().library())
            .tokenLabel("wrong-pin")
            .pin(
                Pkcs11Pin.callback(
                    (label, state) -> {
                      asked.incrementAndGet();
                      return Samples.secret("000000");
                    }));

    Pkcs11Exception refused = assertThrows(Pkcs11Exception.class, builder::open);

    assertEquals(Reason.PIN_INCORRECT, refused.reason());
    assertEquals(Pkcs11PinState.COUNT_LOW, refused.pinState());
    assertFalse(refused.retryable());
    assertEquals(1, asked.get());
    assertTrue(refused.getMessage().contains("CKR_PIN_INCORRECT"), refused::getMessage);
    assertFalse(refused.getMessage().contains("000000"), refused::getMessage);
  }

  @Test
  void wrongPinAfterReturn_latches_soThatAReconnectLoopDoesNotLockTheToken() throws Exception {
    Path place = SoftHsm.shared().initToken("latched");
    Path pinFile = folder.resolve("pin");
    Files.writeString(pinFile, SoftHsm.PIN + "\n");
    Pkcs11Token token =
        opened(
            Pkcs11Token.library(SoftHsm.shared().library())
                .tokenLabel("latched")
                .pin(Pkcs11Pin.file(pinFile))
                .open());
    Pkcs11KeyPair key = token.generateKeyPair("mqtt", Pkcs11Token.newId(), KeyAlgorithm.EC_P256);
    Path away = Files.move(place, folder.resolve("away"));
    failure(() -> key.sign(P256, MESSAGE));
    Files.move(away, place);
    Files.writeString(pinFile, "000000");

    assertEquals(Reason.PIN_INCORRECT, failure(() -> key.sign(P256, MESSAGE)).reason());
    Files.writeString(pinFile, SoftHsm.PIN);
    assertEquals(Reason.PIN_INCORRECT, failure(() -> key.sign(P256, MESSAGE)).reason());
  }

  @Test
  void tokenRemovedAndReturned_theNextCallWorks() throws Exception {
    Path place = SoftHsm.shared().initToken("removed");
    Pkcs11Token token = opened(Tokens.softHsm("removed"));
    Pkcs11KeyPair key = token.generateKeyPair("mqtt", Pkcs11Token.newId(), KeyAlgorithm.EC_P256);

    removeAndReturn(place, key);

    assertVerifies(key);
    assertEquals(List.of("mqtt"), token.labels());
  }

  @Test
  void tokenMissing_saysWhichAreThere_andARetryMayHelp() {
    SoftHsm.shared().initToken("present");
    Pkcs11Exception missing = failure(() -> Tokens.softHsm("absent"));
    assertEquals(Reason.NO_SUCH_TOKEN, missing.reason());
    assertTrue(missing.retryable());
    assertTrue(missing.getMessage().contains("\"present\" (serial "), missing::getMessage);
  }

  @Test
  void twoTokensOfOneLabel_ambiguous_theSerialNumberTells() {
    SoftHsm.shared().initToken("twin");
    String serial;
    try (Pkcs11Token only = Tokens.softHsm("twin")) {
      serial = only.serial();
    }
    SoftHsm.shared().initToken("twin");
    // SoftHSM shows a new token to a library that is initialised afterwards.
    failure(() -> Tokens.softHsm("absent"));

    Pkcs11Exception two = failure(() -> Tokens.softHsm("twin"));
    assertEquals(Reason.AMBIGUOUS, two.reason());
    assertTrue(two.getMessage().contains(serial), two::getMessage);
    assertEquals(
        serial, opened(Tokens.softHsm("twin", SoftHsm.PIN).tokenSerial(serial).open()).serial());
  }

  @Test
  void libraryMissingOrNone_typed() throws Exception {
    Path none = Files.writeString(folder.resolve("none.so"), "not a library");
    for (Path library : List.of(folder.resolve("absent.so"), none)) {
      Pkcs11Exception refused =
          failure(() -> Pkcs11Token.library(library).tokenLabel("any").open());
      assertEquals(Reason.LIBRARY, refused.reason());
      assertTrue(refused.getMessage().contains(library.toString()), refused::getMessage);
    }
  }

  @Test
  void pinWithoutSource_typed() {
    SoftHsm.shared().initToken("no-pin");
    Pkcs11Token.Builder none = Pkcs11Token.library(SoftHsm.shared().library()).tokenLabel("no-pin");
    assertEquals(Reason.PIN_NEEDED, failure(none::open).reason());
    Pkcs11Exception unset =
        failure(() -> none.pin(Pkcs11Pin.environment("MOORING_TEST_UNSET")).open());
    assertEquals(Reason.PIN_NEEDED, unset.reason());
    assertTrue(unset.getMessage().contains("MOORING_TEST_UNSET"), unset::getMessage);
    Secret destroyed = Samples.secret(SoftHsm.PIN);
    destroyed.destroy();
    assertEquals(
        Reason.PIN_NEEDED, failure(() -> none.pin(Pkcs11Pin.of(destroyed)).open()).reason());
  }

  @Test
  void labelMissing_listsTheLabelsThere() {
    Pkcs11Token token = fresh("labels");
    token.generateKeyPair("mqtt-2026", Pkcs11Token.newId(), KeyAlgorithm.EC_P256);
    for (Pkcs11Exception missing :
        List.of(
            failure(() -> token.keyPair(Pkcs11Name.label("mqtt"))),
            failure(() -> token.identity(Pkcs11Name.label("mqtt"))),
            failure(() -> token.scramKey("mqtt")))) {
      assertEquals(Reason.NO_SUCH_OBJECT, missing.reason());
      assertTrue(missing.getMessage().contains("\"mqtt-2026\""), missing::getMessage);
    }
  }

  @Test
  void keyThatMayNotSign_typed() throws Exception {
    SoftHsm.shared().initToken("no-sign");
    byte[] id = Pkcs11Token.newId();
    try (RawToken raw = RawToken.open("no-sign")) {
      raw.generateEcKeyThatMayNotSign("mqtt", id);
    }
    Pkcs11Token token = opened(Tokens.softHsm("no-sign"));
    Pkcs11Exception refused = failure(() -> token.keyPair(Pkcs11Name.label("mqtt")));
    assertEquals(Reason.NOT_PERMITTED, refused.reason());
    assertTrue(refused.getMessage().contains("CKA_SIGN"), refused::getMessage);
  }

  @Test
  void pairWithoutId_isToldFromPairsOfTheSameLabelThatHaveOne() throws Exception {
    Pkcs11Token token = fresh("no-id");
    byte[] none = new byte[0];
    // Tokens list in no order: some come before it.
    for (int i = 0; i < 4; i++) {
      token.generateKeyPair("mqtt", Pkcs11Token.newId(), KeyAlgorithm.EC_P256);
    }
    try (RawToken raw = RawToken.open("no-id")) {
      raw.generateEcKey("mqtt", none);
      PublicKey publicKey = withoutId(token).get(0).publicKey().orElseThrow();
      raw.storeCertificate("mqtt", none, issue(root, publicKey).certificate());

      Pkcs11Identity identity = token.identity(Pkcs11Name.label("mqtt"));

      assertArrayEquals(none, identity.keyPair().id());
      assertVerifies(identity.keyPair());
      assertEquals(
          List.of(Use.CERTIFIED, Use.WAITING, Use.WAITING, Use.WAITING, Use.WAITING),
          token.keys("mqtt").stream().map(Pkcs11KeyEntry::use).sorted().toList());
      raw.generateEcKey("mqtt", none);
    }
    List<Pkcs11KeyEntry> two = withoutId(token);
    assertEquals(2, two.size());
    for (Pkcs11KeyEntry either : two) {
      assertEquals(Use.UNKNOWN, either.use(), "two such pairs: nobody can tell which is which");
      Pkcs11Exception refused = failure(() -> token.delete(either));
      assertEquals(Reason.NOT_PERMITTED, refused.reason());
    }
    assertEquals(6, token.keys("mqtt").size());
  }

  @Test
  void idOfTwoKeys_orOfTheCertificateOfAnother_isToldOfNeither() throws Exception {
    Pkcs11Token token = fresh("twice");
    byte[] shared = Pkcs11Token.newId();
    byte[] other = Pkcs11Token.newId();
    token.generateKeyPair("mqtt", shared, KeyAlgorithm.EC_P256);
    token.generateKeyPair("mqtt", other, KeyAlgorithm.EC_P256);
    assertEquals(Use.WAITING, token.keys("mqtt").get(0).use());
    try (RawToken raw = RawToken.open("twice")) {
      raw.generateEcKey("tls", shared);
      raw.storeCertificate("mqtt", other, root.client("other").certificate());
    }
    assertEquals(
        List.of(Use.UNKNOWN, Use.UNKNOWN),
        token.keys("mqtt").stream().map(Pkcs11KeyEntry::use).toList());
    assertEquals(Use.UNKNOWN, token.keys("tls").get(0).use());
  }

  @Test
  void deletedKey_takesItsPublicKeyAndCertificates_andNothingOfAnotherKey() throws Exception {
    Pkcs11Token token = fresh("deleted");
    byte[] id = Pkcs11Token.newId();
    Pkcs11KeyPair pair = token.generateKeyPair("mqtt", id, KeyAlgorithm.EC_P256);
    token.storeCertificateChain("mqtt", id, issue(root, pair).chain());
    Pkcs11KeyPair next = token.generateKeyPair("mqtt", Pkcs11Token.newId(), KeyAlgorithm.EC_P256);
    try (RawToken raw = RawToken.open("deleted")) {
      raw.storeCertificate("mqtt", new byte[0], issue(root, pair).certificate());
      raw.storeCertificate("other", id, issue(root, pair).certificate());
    }
    Pkcs11KeyEntry first =
        token.keys("mqtt").stream()
            .filter(key -> key.use() == Use.CERTIFIED)
            .findFirst()
            .orElseThrow();

    List<Pkcs11Object> gone = token.delete(first);

    assertEquals(Pkcs11Object.Kind.PRIVATE_KEY, gone.get(0).kind(), "first, for a crash");
    assertEquals(4, gone.size());
    assertEquals(List.of(), token.delete(first));
    assertVerifies(next);
    assertEquals(List.of("other"), certificates(token).stream().map(Pkcs11Object::label).toList());
  }

  @Test
  void certificateOfAnotherKey_refusedToBeStoredAndToBeUsed() throws Exception {
    Pkcs11Token token = fresh("mismatch");
    byte[] id = Pkcs11Token.newId();
    token.generateKeyPair("mqtt", id, KeyAlgorithm.EC_P256);
    TestIdentity other = root.client("other");

    assertEquals(
        Reason.KEY_MISMATCH,
        failure(() -> token.storeCertificateChain("mqtt", id, other.chain())).reason());
    assertEquals(List.of(), certificates(token));
    try (RawToken raw = RawToken.open("mismatch")) {
      raw.storeCertificate("mqtt", id, other.certificate());
    }
    Pkcs11Exception none = failure(() -> token.identity(Pkcs11Name.label("mqtt")));
    assertEquals(Reason.NO_CERTIFICATE, none.reason());
    assertTrue(none.getMessage().contains("CN=other"), none::getMessage);
    assertEquals(
        Reason.KEY_MISMATCH,
        failure(() -> token.identity(Pkcs11Name.label("mqtt"), Pkcs11Name.label("mqtt"), List.of()))
            .reason());
  }

  @Test
  void keyWithoutCertificate_typed_andTheCertificateMayComeFromAFile() {
    Pkcs11Token token = fresh("file-chain");
    byte[] id = Pkcs11Token.newId();
    Pkcs11KeyPair pair = token.generateKeyPair("mqtt", id, KeyAlgorithm.EC_P256);
    assertEquals(Reason.NO_CERTIFICATE, failure(token::identity).reason());

    TestIdentity made = issue(root.issuesCa("Mooring Test Issuing").create(), pair);
    assertEquals(made.chain(), token.identity(null, null, made.chain()).certificateChain());
    token.storeCertificateChain("mqtt", id, List.of(made.certificate()));
    assertEquals(List.of(made.certificate()), token.identity().certificateChain());
    assertEquals(
        made.chain(), token.identity(null, null, made.chain().subList(1, 2)).certificateChain());
  }

  @Test
  void chainOutOfOrder_isStoredInOrder_withoutTheAnchor() {
    Pkcs11Token token = fresh("order");
    byte[] id = Pkcs11Token.newId();
    Pkcs11KeyPair pair = token.generateKeyPair("mqtt", id, KeyAlgorithm.EC_P256);
    TestIdentity made = issue(root.issuesCa("Mooring Test Issuing").create(), pair);
    List<X509Certificate> reversed = new ArrayList<>(made.path());
    Collections.reverse(reversed);

    token.storeCertificateChain("mqtt", id, reversed);

    assertEquals(made.chain(), token.identity().certificateChain());
    assertEquals(2, certificates(token).size());
  }

  @Test
  void renewal_theNewestCertificateCounts_andTheOldIssuerGoes() {
    Pkcs11Token token = fresh("renewal");
    byte[] id = Pkcs11Token.newId();
    Pkcs11KeyPair pair = token.generateKeyPair("mqtt", id, KeyAlgorithm.EC_P256);
    TestIdentity first = issue(root.issuesCa("Issuing 1").create(), pair);
    token.storeCertificateChain("mqtt", id, first.chain());
    TestIdentity second = issue(root.issuesCa("Issuing 2").create(), pair);

    token.storeCertificateChain("mqtt", id, second.chain());
    token.storeCertificateChain("mqtt", id, second.chain());

    assertEquals(second.chain(), token.identity().certificateChain());
    assertEquals(2, certificates(token).size());
  }

  @Test
  void renewalWithANewKey_comesIntoForceWithItsCertificate() {
    Pkcs11Token token = fresh("new-key");
    byte[] oldId = Pkcs11Token.newId();
    byte[] newId = Pkcs11Token.newId();
    Pkcs11KeyPair oldPair = token.generateKeyPair("mqtt", oldId, KeyAlgorithm.EC_P256);
    token.storeCertificateChain(
        "mqtt", oldId, issueFrom(Instant.now().minusSeconds(7200), oldPair).chain());

    Pkcs11KeyPair newPair = token.generateKeyPair("mqtt", newId, KeyAlgorithm.EC_P384);
    assertArrayEquals(oldId, token.identity(Pkcs11Name.label("mqtt")).keyPair().id());
    token.storeCertificateChain("mqtt", newId, issueFrom(Instant.now(), newPair).chain());
    assertArrayEquals(newId, token.identity(Pkcs11Name.label("mqtt")).keyPair().id());
    assertArrayEquals(oldId, token.identity(Pkcs11Name.id(oldId)).keyPair().id());

    assertEquals(3, token.delete(Pkcs11Name.id(oldId)).size());
    assertArrayEquals(newId, token.identity().keyPair().id());
    assertEquals(List.of(), token.delete(Pkcs11Name.id(oldId)));
  }

  @Test
  void expiredCertificate_isUsedWithAWarning() {
    Pkcs11Token token = fresh("expired");
    byte[] id = Pkcs11Token.newId();
    Pkcs11KeyPair pair = token.generateKeyPair("mqtt", id, KeyAlgorithm.EC_P256);
    TestIdentity made =
        root.issues("meter-0042")
            .clientAuth()
            .key(KeyKind.EC_P256, new KeyPair(pair.publicKey(), null))
            .valid(Instant.now().minusSeconds(7200), Instant.now().minusSeconds(3600))
            .create();
    token.storeCertificateChain("mqtt", id, made.chain());

    List<String> warnings = token.identity().warnings();
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("expired at"), warnings::toString);
  }

  @Test
  void idInUse_isNotOverwritten() {
    Pkcs11Token token = fresh("exists");
    byte[] id = Pkcs11Token.newId();
    token.generateKeyPair("mqtt", id, KeyAlgorithm.EC_P256);
    assertEquals(
        Reason.EXISTS,
        failure(() -> token.generateKeyPair("other", id, KeyAlgorithm.EC_P256)).reason());
    assertEquals(List.of("mqtt"), token.labels());
  }

  @Test
  void severalLabels_nameOne() {
    Pkcs11Token token = fresh("several");
    token.generateKeyPair("one", Pkcs11Token.newId(), KeyAlgorithm.EC_P256);
    token.generateKeyPair("two", Pkcs11Token.newId(), KeyAlgorithm.EC_P256);
    Pkcs11Exception several = failure(token::identity);
    assertEquals(Reason.AMBIGUOUS, several.reason());
    assertTrue(several.getMessage().contains("\"one\""), several::getMessage);
  }

  @Test
  void closed_saysSo_andAnotherUserOfTheTokenStaysLoggedIn() {
    Pkcs11Token one = fresh("shared");
    Pkcs11KeyPair key = one.generateKeyPair("mqtt", Pkcs11Token.newId(), KeyAlgorithm.EC_P256);
    Pkcs11Token two = opened(Tokens.softHsm("shared"));
    one.close();
    one.close();
    assertEquals(Reason.CLOSED, failure(() -> key.sign(P256, MESSAGE)).reason());
    assertVerifies(two.keyPair(Pkcs11Name.label("mqtt")));
    assertEquals("Pkcs11Token[Token \"shared\", closed]", one.toString());
  }

  @Test
  void twoProcesses_signAtOnceWithOneKey() throws Exception {
    Pkcs11Token token = fresh("processes");
    Pkcs11KeyPair key = token.generateKeyPair("mqtt", Pkcs11Token.newId(), KeyAlgorithm.EC_P256);
    Process other = SigningProcess.start("processes", "mqtt");
    try {
      for (int i = 0; i < 50; i++) {
        assertVerifies(key);
      }
      String said = new String(other.getInputStream().readAllBytes(), UTF_8);
      assertEquals(0, other.waitFor(), said);
      assertTrue(said.contains("50 signatures"), said);
    } finally {
      other.destroyForcibly();
    }
  }

  private Pkcs11Token fresh(String label) {
    SoftHsm.shared().initToken(label);
    return opened(Tokens.softHsm(label));
  }

  private Pkcs11Token opened(Pkcs11Token token) {
    open.add(token);
    return token;
  }

  private static List<Pkcs11Object> certificates(Pkcs11Token token) {
    return token.objects().stream()
        .filter(object -> object.kind() == Pkcs11Object.Kind.CERTIFICATE)
        .toList();
  }

  private static List<Pkcs11KeyEntry> withoutId(Pkcs11Token token) {
    return token.keys("mqtt").stream().filter(key -> key.object().id().length == 0).toList();
  }

  private static TestIdentity issue(TestIdentity issuer, Pkcs11KeyPair pair) {
    return issue(issuer, pair.publicKey());
  }

  private static TestIdentity issue(TestIdentity issuer, PublicKey publicKey) {
    return issuer
        .issues("meter-0042")
        .clientAuth()
        .key(KeyKind.EC_P256, new KeyPair(publicKey, null))
        .create();
  }

  private TestIdentity issueFrom(Instant start, Pkcs11KeyPair pair) {
    return root.issues("meter-0042")
        .clientAuth()
        .key(KeyKind.EC_P256, new KeyPair(pair.publicKey(), null))
        .valid(start, start.plusSeconds(86_400))
        .create();
  }

  /** Moves the token's folder away, sees the key fail, and moves it back. */
  private void removeAndReturn(Path place, Pkcs11KeyPair key) throws Exception {
    Path away = Files.move(place, folder.resolve("away"));
    Pkcs11Exception gone = failure(() -> key.sign(P256, MESSAGE));
    assertTrue(gone.retryable(), gone::toString);
    Files.move(away, place);
  }

  private static void assertVerifies(Pkcs11KeyPair key) {
    try {
      Signature verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(key.publicKey());
      verifier.update(MESSAGE);
      assertTrue(verifier.verify(key.sign(P256, MESSAGE)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Pkcs11Exception failure(Executable call) {
    return assertThrows(Pkcs11Exception.class, call);
  }
}
