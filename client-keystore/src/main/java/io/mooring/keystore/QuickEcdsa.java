package io.mooring.keystore;

import io.mooring.identity.SignatureScheme;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.jspecify.annotations.Nullable;

/**
 * ECDSA with a private key in this JVM's memory, by Bouncy Castle's lightweight code: a fifth of
 * SunEC's time, and the code that the handshake runs anyway. The nonce is RFC 6979's, so that a
 * signature does not hang on the entropy of a board that has just booted.
 */
final class QuickEcdsa {
  private final SignatureScheme scheme;
  private final ECPrivateKeyParameters key;

  private QuickEcdsa(SignatureScheme scheme, ECPrivateKeyParameters key) {
    this.scheme = scheme;
    this.key = key;
  }

  /** For a key on one of TLS's curves that shows its number; for any other, null. */
  static @Nullable QuickEcdsa of(PrivateKey key) {
    SignatureScheme scheme =
        key instanceof ECPrivateKey shown ? Schemes.ofCurve(shown.getParams()) : null;
    if (scheme == null || !(key instanceof ECPrivateKey ec)) {
      return null;
    }
    ASN1ObjectIdentifier curve = curve(scheme);
    X9ECParameters parameters = CustomNamedCurves.getByOID(curve);
    return new QuickEcdsa(
        scheme,
        new ECPrivateKeyParameters(ec.getS(), new ECNamedDomainParameters(curve, parameters)));
  }

  /** The signature of {@code message}, in DER. */
  byte[] sign(byte[] message) {
    DSADigestSigner signer =
        new DSADigestSigner(new ECDSASigner(new HMacDSAKCalculator(digest())), digest());
    signer.init(true, key);
    signer.update(message, 0, message.length);
    return signer.generateSignature();
  }

  /** Whether {@code certified} is the public half: the key's multiple of the curve's base point. */
  boolean isHalfOf(PublicKey certified) {
    if (!(certified instanceof ECPublicKey ec) || Schemes.ofCurve(ec.getParams()) != scheme) {
      return false;
    }
    ECPoint computed =
        new FixedPointCombMultiplier().multiply(key.getParameters().getG(), key.getD()).normalize();
    return computed.getAffineXCoord().toBigInteger().equals(ec.getW().getAffineX())
        && computed.getAffineYCoord().toBigInteger().equals(ec.getW().getAffineY());
  }

  private Digest digest() {
    return switch (scheme) {
      case ECDSA_SECP384R1_SHA384 -> new SHA384Digest();
      case ECDSA_SECP521R1_SHA512 -> new SHA512Digest();
      default -> SHA256Digest.newInstance();
    };
  }

  private static ASN1ObjectIdentifier curve(SignatureScheme scheme) {
    return switch (scheme) {
      case ECDSA_SECP384R1_SHA384 -> SECObjectIdentifiers.secp384r1;
      case ECDSA_SECP521R1_SHA512 -> SECObjectIdentifiers.secp521r1;
      default -> SECObjectIdentifiers.secp256r1;
    };
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "QuickEcdsa[" + scheme + ", key redacted]";
  }
}
