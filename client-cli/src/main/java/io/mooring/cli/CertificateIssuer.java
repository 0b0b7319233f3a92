package io.mooring.cli;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/**
 * Issues client certificates under an authority whose key may live in a token: it is only asked to
 * sign. The profile is in docs/PROVISIONING.md. Safe for use by several threads.
 */
final class CertificateIssuer {
  /** Clocks of brokers may be behind that of the desk. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final int SERIAL_BITS = 127;
  private static final int KEY_ID_BYTES = 20;
  private static final int KEY_CERT_SIGN = 5;
  private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");
  private static final String SKI = "2.5.29.14";
  private static final List<SignatureScheme> PREFERRED =
      List.of(
          SignatureScheme.ECDSA_SECP256R1_SHA256,
          SignatureScheme.ECDSA_SECP384R1_SHA384,
          SignatureScheme.ECDSA_SECP521R1_SHA512,
          SignatureScheme.ED25519,
          SignatureScheme.RSA_PKCS1_SHA256);

  private final DeviceIdentity authority;
  private final X509Certificate certificate;
  private final SignatureScheme scheme;
  private final Instant notBefore;
  private final Instant notAfter;
  private final byte[] authorityKeyId;
  private final SecureRandom random = new SecureRandom();

  /**
   * Checks that the authority may issue certificates for that long.
   *
   * @throws KeystoreException if it may not
   */
  CertificateIssuer(DeviceIdentity authority, Duration validity, Instant now) {
    this.authority = authority;
    this.certificate = authority.certificateChain().get(0);
    this.notBefore = now.minus(SKEW).truncatedTo(ChronoUnit.SECONDS);
    this.notAfter = now.plus(validity).truncatedTo(ChronoUnit.SECONDS);
    this.scheme =
        PREFERRED.stream()
            .filter(authority.signatureSchemes()::contains)
            .findFirst()
            .orElseThrow(
                () ->
                    new KeystoreException(
                        ErrorCode.KEY_UNSUPPORTED,
                        "The CA key signs "
                            + authority.signatureSchemes()
                            + ", none of which a client certificate is signed with. Use an EC,"
                            + " Ed25519 or RSA key.",
                        null));
    requireAuthority(now);
    this.authorityKeyId = keyIdOf(certificate);
  }

  /** The authority and those that issued it, without the anchor: what a device adds to its own. */
  List<X509Certificate> chain() {
    return authority.certificateChain();
  }

  /**
   * Issues a certificate, and verifies it.
   *
   * @throws KeystoreException if the authority's key refuses, or signs what does not verify
   */
  X509Certificate issue(X500Principal subject, PublicKey key) {
    try {
      V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
      generator.setSerialNumber(
          new ASN1Integer(new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE)));
      generator.setSignature(algorithm());
      generator.setIssuer(name(certificate.getSubjectX500Principal()));
      generator.setStartDate(new Time(Date.from(notBefore)));
      generator.setEndDate(new Time(Date.from(notAfter)));
      generator.setSubject(name(subject));
      SubjectPublicKeyInfo keyInfo = SubjectPublicKeyInfo.getInstance(key.getEncoded());
      generator.setSubjectPublicKeyInfo(keyInfo);
      generator.setExtensions(extensions(keyInfo).generate());
      return signed(generator.generateTBSCertificate());
    } catch (IOException e) {
      throw new IllegalStateException("a certificate that was just made has no encoding", e);
    }
  }

  private ExtensionsGenerator extensions(SubjectPublicKeyInfo key) throws IOException {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    extensions.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
    extensions.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        new SubjectKeyIdentifier(keyId(key.getPublicKeyData().getBytes())));
    extensions.addExtension(
        Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(authorityKeyId));
    return extensions;
  }

  private X509Certificate signed(TBSCertificate content) throws IOException {
    byte[] signature = authority.sign(scheme, content.getEncoded(ASN1Encoding.DER));
    ASN1EncodableVector parts = new ASN1EncodableVector();
    parts.add(content);
    parts.add(algorithm());
    parts.add(new DERBitString(signature));
    byte[] encoded = new DERSequence(parts).getEncoded(ASN1Encoding.DER);
    try {
      X509Certificate issued =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(encoded));
      issued.verify(certificate.getPublicKey());
      return issued;
    } catch (GeneralSecurityException e) {
      throw new KeystoreException(
          ErrorCode.KEY_MISMATCH,
          "The CA key signed a certificate that does not verify: "
              + e
              + ". Check that --ca-cert and the key belong together, and the token.",
          e);
    }
  }

  private void requireAuthority(Instant now) {
    String subject = "The CA certificate of " + certificate.getSubjectX500Principal().getName();
    boolean @Nullable [] usage = certificate.getKeyUsage();
    if (certificate.getBasicConstraints() < 0 || (usage != null && !usage[KEY_CERT_SIGN])) {
      throw new KeystoreException(
          subject + " may not issue certificates (basicConstraints, keyUsage). Name a CA.");
    }
    Instant end = certificate.getNotAfter().toInstant();
    if (now.isAfter(end) || now.isBefore(certificate.getNotBefore().toInstant())) {
      throw new KeystoreException(
          subject
              + " is valid from "
              + certificate.getNotBefore().toInstant()
              + " to "
              + end
              + "; this clock says "
              + now
              + ". Set the clock, or use a CA that is valid.");
    }
    if (notAfter.isAfter(end)) {
      throw new KeystoreException(
          subject
              + " ends at "
              + end
              + ", before the certificates would. Choose --valid-days "
              + Duration.between(now, end).toDays()
              + " or less.");
    }
  }

  private AlgorithmIdentifier algorithm() {
    return switch (scheme) {
      case ECDSA_SECP256R1_SHA256 -> plain(X9ObjectIdentifiers.ecdsa_with_SHA256);
      case ECDSA_SECP384R1_SHA384 -> plain(X9ObjectIdentifiers.ecdsa_with_SHA384);
      case ECDSA_SECP521R1_SHA512 -> plain(X9ObjectIdentifiers.ecdsa_with_SHA512);
      case ED25519 -> plain(ED25519);
      default ->
          new AlgorithmIdentifier(
              PKCSObjectIdentifiers.sha256WithRSAEncryption, (ASN1Encodable) DERNull.INSTANCE);
    };
  }

  private static AlgorithmIdentifier plain(ASN1ObjectIdentifier identifier) {
    return new AlgorithmIdentifier(identifier);
  }

  private static X500Name name(X500Principal principal) {
    return X500Name.getInstance(principal.getEncoded());
  }

  /** As the authority says it, so that the two agree; else as for a new key. */
  private static byte[] keyIdOf(X509Certificate authority) {
    byte[] extension = authority.getExtensionValue(SKI);
    return extension == null
        ? keyId(
            SubjectPublicKeyInfo.getInstance(authority.getPublicKey().getEncoded())
                .getPublicKeyData()
                .getBytes())
        : SubjectKeyIdentifier.getInstance(ASN1OctetString.getInstance(extension).getOctets())
            .getKeyIdentifier();
  }

  /** The first 160 bits of SHA-256 over the key (RFC 7093, section 2, method 1). */
  private static byte[] keyId(byte[] subjectPublicKey) {
    return Arrays.copyOf(Fingerprints.sha256(subjectPublicKey), KEY_ID_BYTES);
  }
}
