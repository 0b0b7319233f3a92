package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our check of a certificate's signature says what the JDK's own says, good or bad. */
class CertificateSignatureTest {
  private static final int DAMAGED_COPIES = 60;
  private static final Map<Kind, KeyPair> KEYS = new EnumMap<>(Kind.class);

  private enum Kind {
    P256_SHA256("EC", 256, "SHA256withECDSA"),
    P256_SHA512("EC", 256, "SHA512withECDSA"),
    P384_SHA384("EC", 384, "SHA384withECDSA"),
    P521_SHA512("EC", 521, "SHA512withECDSA"),
    ECDSA_SHA1("EC", 256, "SHA1withECDSA"),
    ED25519("Ed25519", 255, "Ed25519"),
    ED448("Ed448", 448, "Ed448"),
    RSA("RSA", 2048, "SHA256withRSA"),
    RSA_PSS("RSA", 2048, "RSASSA-PSS");

    private final String key;
    private final int bits;
    private final String signature;

    Kind(String key, int bits, String signature) {
      this.key = key;
      this.bits = bits;
      this.signature = signature;
    }

    KeyPair generate() throws GeneralSecurityException {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(key);
      generator.initialize(bits);
      return generator.generateKeyPair();
    }

    AlgorithmIdentifier identifier() {
      return new DefaultSignatureAlgorithmIdentifierFinder()
          .find(this == RSA_PSS ? "SHA256WITHRSAANDMGF1" : signature);
    }

    byte[] sign(KeyPair pair, byte[] message) throws GeneralSecurityException {
      Signature signer = Signature.getInstance(signature);
      if (this == RSA_PSS) {
        signer.setParameter(
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
      }
      signer.initSign(pair.getPrivate());
      signer.update(message);
      return signer.sign();
    }
  }

  @BeforeAll
  static void keys() throws GeneralSecurityException {
    for (Kind kind : Kind.values()) {
      KEYS.put(kind, kind.generate());
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void goodSignature_holds(Kind kind) throws Exception {
    X509Certificate certificate = parse(signed(kind, KEYS.get(kind)));
    assertDoesNotThrow(() -> certificate.verify(KEYS.get(kind).getPublic()));
    assertDoesNotThrow(() -> ours(certificate, KEYS.get(kind).getPublic()));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void keyOfAnother_isRefusedByBoth(Kind kind) throws Exception {
    X509Certificate certificate = parse(signed(kind, KEYS.get(kind)));
    PublicKey other = kind.generate().getPublic();
    assertThrows(GeneralSecurityException.class, () -> certificate.verify(other));
    assertThrows(GeneralSecurityException.class, () -> ours(certificate, other));
  }

  @Test
  void keyOfAnotherKind_isRefusedByBoth() throws Exception {
    for (Kind kind : Kind.values()) {
      X509Certificate certificate = parse(signed(kind, KEYS.get(kind)));
      for (Kind other : Kind.values()) {
        if (!kind.key.equals(other.key) || kind.bits != other.bits) {
          PublicKey key = KEYS.get(other).getPublic();
          String what = kind + " checked with " + other;
          assertThrows(GeneralSecurityException.class, () -> certificate.verify(key), what);
          assertThrows(GeneralSecurityException.class, () -> ours(certificate, key), what);
        }
      }
    }
  }

  /** One bit of the certificate differs, wherever that is: both say the same of it. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void damagedCertificate_isJudgedAlike(Kind kind) throws Exception {
    byte[] whole = signed(kind, KEYS.get(kind));
    PublicKey key = KEYS.get(kind).getPublic();
    Random random = new Random(kind.ordinal());
    int judged = 0;
    for (int i = 0; i < DAMAGED_COPIES; i++) {
      byte[] damaged = whole.clone();
      int bit = random.nextInt(damaged.length * 8);
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      X509Certificate certificate;
      try {
        certificate = parse(damaged);
      } catch (CertificateException e) {
        continue; // no certificate any more: nobody gets to judge it
      }
      judged++;
      assertEquals(
          holds(() -> certificate.verify(key)),
          holds(() -> ours(certificate, key)),
          "bit " + bit + " of " + kind);
    }
    assertEquals(true, judged > DAMAGED_COPIES / 4, judged + " damaged copies still parse");
  }

  @Test
  void namedProvider_isAsked() throws Exception {
    X509Certificate certificate = parse(signed(Kind.P256_SHA256, KEYS.get(Kind.P256_SHA256)));
    PublicKey key = KEYS.get(Kind.P256_SHA256).getPublic();
    assertDoesNotThrow(() -> new QuicklyVerified(certificate).verify(key, "SunEC"));
    assertThrows(
        GeneralSecurityException.class,
        () -> new QuicklyVerified(certificate).verify(key, "SunRsaSign"));
  }

  @Test
  void whatHeld_isRemembered_forThatKeyAndThoseBytesAlone() throws Exception {
    VerifiedSignatures known = new VerifiedSignatures();
    KeyPair pair = KEYS.get(Kind.P256_SHA256);
    X509Certificate good = parse(signed(Kind.P256_SHA256, pair));
    byte[] bytes = good.getEncoded();
    bytes[bytes.length - 1] ^= 1;
    X509Certificate damaged = parse(bytes);
    PublicKey other = Kind.P256_SHA256.generate().getPublic();

    CertificateSignature.verify(good, pair.getPublic(), known);
    assertTrue(known.contains(known.fact(good, pair.getPublic()).orElseThrow()));
    assertDoesNotThrow(() -> CertificateSignature.verify(good, pair.getPublic(), known));

    assertThrows(
        GeneralSecurityException.class,
        () -> CertificateSignature.verify(damaged, pair.getPublic(), known));
    assertThrows(
        GeneralSecurityException.class, () -> CertificateSignature.verify(good, other, known));
    assertFalse(known.contains(known.fact(damaged, pair.getPublic()).orElseThrow()));
    assertFalse(known.contains(known.fact(good, other).orElseThrow()));
  }

  @Test
  void rememberedSignatures_areBounded_theLeastLatelyUsedGoes() {
    VerifiedSignatures known = new VerifiedSignatures();
    for (int i = 0; i <= VerifiedSignatures.CAPACITY; i++) {
      known.add(number(i));
      assertTrue(known.contains(number(0))); // used again and again, so another one goes
    }
    assertFalse(known.contains(number(1)));
    assertTrue(known.contains(number(VerifiedSignatures.CAPACITY)));
  }

  private static ByteBuffer number(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).flip();
  }

  /** As the JDK's path builder calls it. */
  private static void ours(X509Certificate certificate, PublicKey key)
      throws GeneralSecurityException {
    new QuicklyVerified(certificate).verify(key, (String) null);
  }

  private interface Check {
    void run() throws GeneralSecurityException;
  }

  private static boolean holds(Check check) {
    try {
      check.run();
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static X509Certificate parse(byte[] encoded) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }

  private static byte[] signed(Kind kind, KeyPair pair) throws Exception {
    X500Name name = new X500Name("CN=Test");
    V3TBSCertificateGenerator body = new V3TBSCertificateGenerator();
    body.setSerialNumber(new ASN1Integer(BigInteger.TEN));
    body.setIssuer(name);
    body.setSubject(name);
    Instant now = Instant.now();
    body.setStartDate(new Time(Date.from(now.minusSeconds(3600))));
    body.setEndDate(new Time(Date.from(now.plusSeconds(3600))));
    body.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
    body.setSignature(kind.identifier());
    TBSCertificate unsigned = body.generateTBSCertificate();
    ASN1EncodableVector whole = new ASN1EncodableVector();
    whole.add(unsigned);
    whole.add(kind.identifier());
    whole.add(new DERBitString(kind.sign(pair, unsigned.getEncoded("DER"))));
    return new DERSequence(whole).getEncoded("DER");
  }
}
