package io.mooring.internal.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.jspecify.annotations.Nullable;

/**
 * Is a certificate signed with that key? ECDSA and Ed25519 by Bouncy Castle's lightweight API, a
 * tenth of SunEC's time, and on the very code that the handshake runs anyway. Everything else by
 * the JDK: RSA costs the same there, and Bouncy Castle would first look for factors of the modulus.
 */
final class CertificateSignature {
  private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
  private static final String ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3";
  private static final String ECDSA_WITH_SHA512 = "1.2.840.10045.4.3.4";
  private static final String ED25519 = "1.3.101.112";

  private CertificateSignature() {}

  /**
   * Returns normally if {@code certificate} is signed with the key that {@code issuer} belongs to.
   *
   * @throws GeneralSecurityException if it is not, or nobody can tell
   */
  static void verify(X509Certificate certificate, PublicKey issuer)
      throws GeneralSecurityException {
    verify(certificate, issuer, VerifiedSignatures.SHARED);
  }

  /** The same; what {@code known} holds is not computed again. */
  static void verify(X509Certificate certificate, PublicKey issuer, VerifiedSignatures known)
      throws GeneralSecurityException {
    Optional<ByteBuffer> fact = known.fact(certificate, issuer);
    if (fact.isPresent() && known.contains(fact.get())) {
      return;
    }
    compute(certificate, issuer);
    fact.ifPresent(known::add);
  }

  private static void compute(X509Certificate certificate, PublicKey issuer)
      throws GeneralSecurityException {
    Signer signer = signer(certificate.getSigAlgOID(), issuer);
    if (signer == null) {
      certificate.verify(issuer);
      return;
    }
    byte[] signed = certificate.getTBSCertificate();
    signer.update(signed, 0, signed.length);
    if (!signer.verifySignature(certificate.getSignature())) {
      throw new SignatureException("Signature does not match.");
    }
  }

  /** Ready to verify; or null if the algorithm, or the kind of key, is left to the JDK. */
  private static @Nullable Signer signer(String algorithm, PublicKey issuer)
      throws InvalidKeyException {
    if (algorithm.equals(ED25519)) {
      return key(issuer) instanceof Ed25519PublicKeyParameters key
          ? ready(new Ed25519Signer(), key)
          : null;
    }
    Digest digest = ecdsaDigest(algorithm);
    // Curves by name alone: explicit parameters are the JDK's to refuse.
    return digest != null
            && key(issuer) instanceof ECPublicKeyParameters key
            && key.getParameters() instanceof ECNamedDomainParameters
        ? ready(new DSADigestSigner(new ECDSASigner(), digest), key)
        : null;
  }

  private static @Nullable Digest ecdsaDigest(String algorithm) {
    return switch (algorithm) {
      case ECDSA_WITH_SHA256 -> SHA256Digest.newInstance();
      case ECDSA_WITH_SHA384 -> new SHA384Digest();
      case ECDSA_WITH_SHA512 -> new SHA512Digest();
      default -> null;
    };
  }

  private static Signer ready(Signer signer, AsymmetricKeyParameter key) {
    signer.init(false, key);
    return signer;
  }

  private static @Nullable AsymmetricKeyParameter key(PublicKey issuer) throws InvalidKeyException {
    String kind = issuer.getAlgorithm();
    if (!kind.equals("EC") && !kind.equals("EdDSA")) {
      return null;
    }
    try {
      return NamedCurve.key(SubjectPublicKeyInfo.getInstance(issuer.getEncoded()));
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidKeyException("The issuer's key cannot be read", e);
    }
  }
}
