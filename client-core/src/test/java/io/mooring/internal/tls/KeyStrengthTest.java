package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.CertificatePathException;
import io.mooring.error.CertificatePathException.Reason;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.TlsPolicy;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hash of an RSASSA-PSS signature stands in its parameters (RFC 4055, section 3.1). */
class KeyStrengthTest {
  private static final TestIdentity CA =
      TestCertificates.ca("RSA CA").key(KeyKind.RSA_2048).create();
  private static final ASN1ObjectIdentifier PSS = PKCSObjectIdentifiers.id_RSASSA_PSS;

  @ParameterizedTest
  @CsvSource({"SHA-1, SHA-1", "SHA-1, SHA-256", "SHA-256, SHA-1"})
  void pss_withSha1AsDigestOrInTheMask_isRefused(String digest, String mask) throws Exception {
    X509Certificate leaf = jdk(pss(digest, mask));
    CertificatePathException e = assertThrows(CertificatePathException.class, () -> validate(leaf));
    assertEquals(Reason.WEAK_ALGORITHM, e.reason());
    assertTrue(e.getMessage().contains("RSASSA-PSS"), e.getMessage());
    assertWeak("SHA-1", leaf);
  }

  @Test
  void pss_withMd5_isRefused() throws Exception {
    assertWeak("MD5", jdk(claiming(algorithm("MD5", "SHA-256"))));
  }

  @Test
  void pss_withoutParameters_isSha1() throws Exception {
    X509Certificate leaf = jdk(claiming(new AlgorithmIdentifier(PSS)));
    assertWeak("SHA-1", leaf);
    assertArrayEquals(
        MessageDigest.getInstance("SHA-256").digest(leaf.getEncoded()), ServerEndPoint.of(leaf));
  }

  /** The JDK does not read such a certificate; another provider does. */
  @Test
  void pss_withParametersThatCannotBeRead_isRefused() throws Exception {
    assertWeak("cannot be read", read(claiming(algorithm("SHA-256", "MD5")), true));
  }

  @Test
  void pss_readByAnotherProvider_isJudgedTheSame() throws Exception {
    assertWeak("SHA-1", read(pss("SHA-256", "SHA-1"), true));
    assertNull(KeyStrength.weaknessOf(List.of(read(pss("SHA-256", "SHA-256"), true))));
  }

  @ParameterizedTest
  @CsvSource({"SHA-256, SHA-256", "SHA-384, SHA-384", "SHA-512, SHA-256"})
  void pss_withTodaysHashes_isAccepted(String digest, String mask) throws Exception {
    X509Certificate leaf = jdk(pss(digest, mask));
    assertNull(KeyStrength.weaknessOf(List.of(leaf)));
    assertEquals(List.of(leaf, CA.certificate()), validate(leaf));
    assertArrayEquals(
        MessageDigest.getInstance(digest).digest(leaf.getEncoded()), ServerEndPoint.of(leaf));
  }

  private static void assertWeak(String evidence, X509Certificate certificate) {
    String weakness = KeyStrength.weaknessOf(List.of(certificate));
    assertNotNull(weakness);
    assertTrue(weakness.contains(evidence), weakness);
  }

  private static List<X509Certificate> validate(X509Certificate leaf) {
    return new PathValidator(
            TlsPolicy.trusting(List.of(CA.certificate())).trust(),
            "localhost",
            Instant.now(),
            Instant.now())
        .validate(List.of(leaf));
  }

  private static byte[] pss(String digest, String mask) throws Exception {
    int salt = MessageDigest.getInstance(digest).getDigestLength();
    return signed(
        algorithm(digest, mask),
        new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(mask), salt, 1));
  }

  /** Signed in some way, and claiming another one. */
  private static byte[] claiming(AlgorithmIdentifier algorithm) throws Exception {
    return signed(algorithm, new PSSParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, 20, 1));
  }

  private static byte[] signed(AlgorithmIdentifier named, PSSParameterSpec by) throws Exception {
    Signature signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(by);
    return Sha1Certificate.der(CA, "localhost", named, signature);
  }

  private static X509Certificate jdk(byte[] der) throws Exception {
    return read(der, false);
  }

  private static X509Certificate read(byte[] der, boolean byAnother) throws Exception {
    CertificateFactory factory =
        byAnother
            ? CertificateFactory.getInstance("X.509", new BouncyCastleProvider())
            : CertificateFactory.getInstance("X.509");
    return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
  }

  private static AlgorithmIdentifier algorithm(String digest, String mask) throws Exception {
    return new AlgorithmIdentifier(
        PSS,
        new RSASSAPSSparams(
            hash(digest),
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, hash(mask)),
            new ASN1Integer(MessageDigest.getInstance(digest).getDigestLength()),
            new ASN1Integer(1)));
  }

  private static AlgorithmIdentifier hash(String name) {
    return new AlgorithmIdentifier(
        new ASN1ObjectIdentifier(
            switch (name) {
              case "MD5" -> "1.2.840.113549.2.5";
              case "SHA-1" -> "1.3.14.3.2.26";
              case "SHA-256" -> "2.16.840.1.101.3.4.2.1";
              case "SHA-384" -> "2.16.840.1.101.3.4.2.2";
              default -> "2.16.840.1.101.3.4.2.3";
            }),
        DERNull.INSTANCE);
  }
}
