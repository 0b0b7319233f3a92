package io.mooring.keystore;

import io.mooring.identity.SignatureScheme;
import io.mooring.internal.tls.NamedCurve;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
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
    return new QuickEcdsa(scheme, new ECPrivateKeyParameters(ec.getS(), curve(scheme).domain()));
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

  private static NamedCurve curve(SignatureScheme scheme) {
    return switch (scheme) {
      case ECDSA_SECP384R1_SHA384 -> NamedCurve.SECP384R1;
      case ECDSA_SECP521R1_SHA512 -> NamedCurve.SECP521R1;
      default -> NamedCurve.SECP256R1;
    };
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "QuickEcdsa[" + scheme + ", key redacted]";
  }
}
