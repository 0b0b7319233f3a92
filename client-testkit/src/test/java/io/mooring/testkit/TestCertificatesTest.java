package io.mooring.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TestCertificatesTest {
  private static final char[] PASSWORD = "a password of a test".toCharArray();
  private static final byte[] PROBE = {1, 2, 3};
  private static final int SAN_DNS = 2;
  private static final int SAN_IP = 7;

  @ParameterizedTest
  @EnumSource
  void certificate_ofEachKeyKind_isSignedByItsAuthorityAndValidates(KeyKind kind) throws Exception {
    TestIdentity root = TestCertificates.ca("Root").key(kind).create();
    TestIdentity issuing = root.issuesCa("Issuing").key(kind).pathLength(0).create();
    TestIdentity leaf = issuing.issues("leaf").key(kind).dns("localhost").serverAuth().create();

    validate(leaf);
    Signature signing = Signature.getInstance(kind.signatureAlgorithm());
    signing.initSign(leaf.privateKey());
    signing.update(PROBE);
    Signature verifying = Signature.getInstance(kind.signatureAlgorithm());
    verifying.initVerify(leaf.certificate());
    verifying.update(PROBE);
    assertTrue(verifying.verify(signing.sign()));
  }

  @Test
  void names_areWhatWasAskedFor() throws Exception {
    TestIdentity leaf =
        TestCertificates.selfSigned("n").dns("a.test", "*.b.test").ip("127.0.0.1", "::1").create();

    assertEquals(
        List.of(
            List.of(SAN_DNS, "a.test"),
            List.of(SAN_DNS, "*.b.test"),
            List.of(SAN_IP, "127.0.0.1"),
            List.of(SAN_IP, "0:0:0:0:0:0:0:1")),
        List.copyOf(leaf.certificate().getSubjectAlternativeNames()));
  }

  @Test
  void commonNameOnly_hasNoAlternativeNameAtAll() throws Exception {
    TestIdentity leaf = TestCertificates.selfSigned("localhost").create();

    assertNull(leaf.certificate().getSubjectAlternativeNames());
    assertEquals("CN=localhost", leaf.certificate().getSubjectX500Principal().getName());
    assertEquals(List.of(leaf.certificate()), leaf.chain());
    assertEquals(-1, leaf.certificate().getBasicConstraints());
  }

  @Test
  void extendedKeyUsage_isServerOrClientOrAbsent() throws Exception {
    TestIdentity root = TestCertificates.ca("Root").create();

    assertEquals(
        List.of("1.3.6.1.5.5.7.3.1"), root.server("s").certificate().getExtendedKeyUsage());
    assertEquals(
        List.of("1.3.6.1.5.5.7.3.2"), root.client("c").certificate().getExtendedKeyUsage());
    assertNull(root.issues("none").create().certificate().getExtendedKeyUsage());
  }

  @Test
  void validity_canBePastFutureOrExact() {
    assertThrows(
        CertificateExpiredException.class,
        () -> TestCertificates.selfSigned("x").expired().create().certificate().checkValidity());
    assertThrows(
        CertificateNotYetValidException.class,
        () ->
            TestCertificates.selfSigned("x").notYetValid().create().certificate().checkValidity());
    Instant from = Instant.parse("2031-01-01T00:00:00Z");
    Instant until = Instant.parse("2032-01-01T00:00:00Z");
    X509Certificate exact =
        TestCertificates.selfSigned("x").valid(from, until).create().certificate();
    assertEquals(from, exact.getNotBefore().toInstant());
    assertEquals(until, exact.getNotAfter().toInstant());
  }

  @Test
  void pathLength_forbidsAFurtherAuthority() {
    TestIdentity issuing = TestCertificates.ca("R").create().issuesCa("I").pathLength(0).create();
    TestIdentity tooDeep = issuing.issuesCa("Below").create().issues("leaf").create();

    assertThrows(CertPathValidatorException.class, () -> validate(tooDeep));
    assertThrows(IllegalArgumentException.class, () -> TestCertificates.ca("Root").pathLength(-1));
  }

  @Test
  void nameConstraints_bindTheNamesBelow() throws Exception {
    TestIdentity root = TestCertificates.ca("Root").create();
    TestIdentity issuing =
        root.issuesCa("Issuing").permitDns("in.test").excludeDns("not.in.test").create();

    validate(issuing.issues("leaf").dns("a.in.test").create());
    TestIdentity outside = issuing.issues("leaf").dns("a.out.test").create();
    TestIdentity excluded = issuing.issues("leaf").dns("a.not.in.test").create();
    assertThrows(CertPathValidatorException.class, () -> validate(outside));
    assertThrows(CertPathValidatorException.class, () -> validate(excluded));
  }

  @Test
  void pin_survivesARenewalThatKeepsTheKey() throws Exception {
    TestIdentity root = TestCertificates.ca("Root").create();
    TestIdentity first = root.server("localhost");
    TestIdentity renewed = root.issues("localhost").key(first.keyKind(), first.keyPair()).create();

    assertFalse(first.certificate().equals(renewed.certificate()));
    assertEquals(first.spkiPin(), renewed.spkiPin());
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(first.keyPair().getPublic().getEncoded());
    assertEquals("sha256/" + Base64.getEncoder().encodeToString(digest), first.spkiPin());
    assertFalse(first.spkiPin().equals(root.spkiPin()));
  }

  @Test
  void pem_readsBackAsChainAndKey() throws Exception {
    TestIdentity issuing = TestCertificates.ca("Root").create().issuesCa("Issuing").create();
    TestIdentity leaf = issuing.server("localhost");

    var factory = CertificateFactory.getInstance("X.509");
    var read = factory.generateCertificates(ascii(leaf.chainPem()));
    assertEquals(List.of(leaf.certificate(), issuing.certificate()), List.copyOf(read));
    assertEquals(leaf.root(), factory.generateCertificate(ascii(leaf.rootPem())));
    String body = leaf.privateKeyPem().replaceAll("-----[A-Z ]+-----", "");
    var key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    assertEquals(leaf.privateKey(), key);
  }

  @Test
  void keyStore_holdsKeyAndWholePath() throws Exception {
    TestIdentity leaf = TestCertificates.localhost();

    KeyStore store = leaf.keyStore(PASSWORD);
    assertEquals("PKCS12", store.getType());
    assertEquals(leaf.privateKey(), store.getKey(TestIdentity.ALIAS, PASSWORD));
    assertArrayEquals(leaf.path().toArray(), store.getCertificateChain(TestIdentity.ALIAS));
  }

  @Test
  void files_belongToTheirOwnerOnlyAndAreNeverOverwritten(@TempDir Path folder) throws Exception {
    TestIdentity leaf = TestCertificates.localhost();

    for (Path file :
        List.of(
            leaf.writeChain(folder.resolve("chain.pem")),
            leaf.writeRoot(folder.resolve("root.pem")),
            leaf.writeKey(folder.resolve("key.pem")),
            leaf.writeKeyStore(folder.resolve("store.p12"), PASSWORD))) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
    assertNotNull(KeyStore.getInstance(folder.resolve("store.p12").toFile(), PASSWORD));
    assertThrows(
        java.nio.file.FileAlreadyExistsException.class,
        () -> leaf.writeKey(folder.resolve("key.pem")));
  }

  @Test
  void making_registersNoProvider() {
    TestCertificates.localhost();

    assertNull(Security.getProvider("BC"));
  }

  @Test
  void toString_doesNotShowTheKey() {
    assertEquals("TestIdentity[CN=localhost, EC_P256]", TestCertificates.localhost().toString());
  }

  private static void validate(TestIdentity identity) throws Exception {
    var path = CertificateFactory.getInstance("X.509").generateCertPath(identity.chain());
    var parameters = new PKIXParameters(Set.of(new TrustAnchor(identity.root(), null)));
    parameters.setRevocationEnabled(false);
    CertPathValidator.getInstance("PKIX").validate(path, parameters);
  }

  private static ByteArrayInputStream ascii(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }
}
