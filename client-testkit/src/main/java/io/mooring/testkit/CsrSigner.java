package io.mooring.testkit;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/**
 * What an authority does with a certificate request (PKCS#10): checks that its signature proves
 * possession of the key, and issues a client certificate with its subject, its key and its subject
 * alternative name.
 */
public final class CsrSigner {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final TestIdentity authority;
  private Instant notBefore = Instant.now().minus(Duration.ofHours(1));
  private Instant notAfter = Instant.now().plus(Duration.ofDays(2));
  private KeyPurposeId purpose = KeyPurposeId.id_kp_clientAuth;
  private @Nullable PublicKey otherKey;

  /** Signs with this authority's key. */
  public CsrSigner(TestIdentity authority) {
    this.authority = authority;
  }

  /** Sets both ends of the validity. */
  public CsrSigner valid(Instant from, Instant until) {
    notBefore = from;
    notAfter = until;
    return this;
  }

  /** Issues for TLS servers instead of clients. */
  public CsrSigner forServers() {
    purpose = KeyPurposeId.id_kp_serverAuth;
    return this;
  }

  /** Certifies a key that nobody asked for. */
  public CsrSigner certifying(PublicKey key) {
    otherKey = key;
    return this;
  }

  /**
   * Issues the certificate.
   *
   * @throws IllegalArgumentException if the request is malformed or its signature is wrong
   */
  public X509Certificate sign(byte[] request) {
    try {
      var csr = new JcaPKCS10CertificationRequest(request);
      if (!csr.isSignatureValid(
          new JcaContentVerifierProviderBuilder().build(csr.getPublicKey()))) {
        throw new IllegalArgumentException("the request's signature is wrong");
      }
      return sign(csr);
    } catch (IOException | GeneralSecurityException | OperatorCreationException | PKCSException e) {
      throw new IllegalArgumentException("the request cannot be read: " + e.getMessage(), e);
    }
  }

  private X509Certificate sign(JcaPKCS10CertificationRequest csr)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    PublicKey key = otherKey == null ? csr.getPublicKey() : otherKey;
    var builder =
        new JcaX509v3CertificateBuilder(
            authority.subject(),
            new BigInteger(127, RANDOM).setBit(0),
            Date.from(notBefore),
            Date.from(notAfter),
            csr.getSubject(),
            key);
    var ids = new JcaX509ExtensionUtils();
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(key));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        ids.createAuthorityKeyIdentifier(authority.certificate().getPublicKey()));
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
    Extensions asked = csr.getRequestedExtensions();
    Extension names = asked == null ? null : asked.getExtension(Extension.subjectAlternativeName);
    if (names != null) {
      builder.addExtension(names);
    }
    var signer =
        new JcaContentSignerBuilder(authority.keyKind().signatureAlgorithm())
            .build(authority.privateKey());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }
}
