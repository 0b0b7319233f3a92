package io.mooring.keystore;

import io.mooring.identity.SignatureScheme;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a key can sign in TLS, and what JCA calls it. */
final class Schemes {
  private static final int MIN_RSA_BITS = 2048;

  private Schemes() {}

  /** The schemes of a key, told from its public half, so that a token need not be asked. */
  static Set<SignatureScheme> of(PublicKey key, String where) {
    if (key instanceof ECPublicKey ec) {
      return Set.of(ofCurve(ec.getParams(), where));
    }
    if (key instanceof RSAPublicKey rsa && key.getAlgorithm().equals("RSA")) {
      return ofRsa(rsa.getModulus().bitLength(), where);
    }
    if (key instanceof EdECPublicKey ed && ed.getParams().getName().equals("Ed25519")) {
      return Set.of(SignatureScheme.ED25519);
    }
    throw unsupported(where, "a key of type " + key.getAlgorithm());
  }

  /** A JCA engine, not yet initialised. */
  static Signature engine(SignatureScheme scheme) throws GeneralSecurityException {
    return engine(scheme, null);
  }

  /** A JCA engine of a provider, or of whichever takes the key if it is null. */
  static Signature engine(SignatureScheme scheme, @Nullable Provider provider)
      throws GeneralSecurityException {
    return switch (scheme) {
      case ECDSA_SECP256R1_SHA256 -> named("SHA256withECDSA", provider);
      case ECDSA_SECP384R1_SHA384 -> named("SHA384withECDSA", provider);
      case ECDSA_SECP521R1_SHA512 -> named("SHA512withECDSA", provider);
      case ED25519 -> named("Ed25519", provider);
      case RSA_PSS_RSAE_SHA256 -> pss("SHA-256", MGF1ParameterSpec.SHA256, 32, provider);
      case RSA_PSS_RSAE_SHA384 -> pss("SHA-384", MGF1ParameterSpec.SHA384, 48, provider);
      case RSA_PSS_RSAE_SHA512 -> pss("SHA-512", MGF1ParameterSpec.SHA512, 64, provider);
      case RSA_PKCS1_SHA256 -> named("SHA256withRSA", provider);
      case RSA_PKCS1_SHA384 -> named("SHA384withRSA", provider);
      case RSA_PKCS1_SHA512 -> named("SHA512withRSA", provider);
    };
  }

  /** Signs; {@code where} names the key in the message of a failure. */
  static byte[] sign(SignatureScheme scheme, PrivateKey key, byte[] message, String where) {
    try {
      Signature engine = engine(scheme);
      engine.initSign(key);
      engine.update(message);
      return engine.sign();
    } catch (GeneralSecurityException e) {
      throw new DeviceKeystoreException(
          Reason.UNSUPPORTED,
          "The key of " + where + " did not sign " + scheme + ": " + e.getMessage() + ".",
          e);
    }
  }

  private static Signature named(String algorithm, @Nullable Provider provider)
      throws GeneralSecurityException {
    return provider == null
        ? Signature.getInstance(algorithm)
        : Signature.getInstance(algorithm, provider);
  }

  private static Signature pss(
      String hash, MGF1ParameterSpec mgf, int saltBytes, @Nullable Provider provider)
      throws GeneralSecurityException {
    Signature engine = named("RSASSA-PSS", provider);
    engine.setParameter(new PSSParameterSpec(hash, "MGF1", mgf, saltBytes, 1));
    return engine;
  }

  private static Set<SignatureScheme> ofRsa(int bits, String where) {
    if (bits < MIN_RSA_BITS) {
      throw unsupported(where, "an RSA key of " + bits + " bits; at least 2048 are needed");
    }
    return Collections.unmodifiableSet(
        EnumSet.range(SignatureScheme.RSA_PSS_RSAE_SHA256, SignatureScheme.RSA_PKCS1_SHA512));
  }

  private static SignatureScheme ofCurve(ECParameterSpec curve, String where) {
    SignatureScheme scheme = ofCurve(curve);
    if (scheme == null) {
      throw unsupported(where, "an EC key on the curve " + curve);
    }
    return scheme;
  }

  /** The one scheme of a curve; null if it is none of TLS's. */
  static @Nullable SignatureScheme ofCurve(ECParameterSpec curve) {
    if (isCurve(curve, "secp256r1")) {
      return SignatureScheme.ECDSA_SECP256R1_SHA256;
    }
    if (isCurve(curve, "secp384r1")) {
      return SignatureScheme.ECDSA_SECP384R1_SHA384;
    }
    if (isCurve(curve, "secp521r1")) {
      return SignatureScheme.ECDSA_SECP521R1_SHA512;
    }
    return null;
  }

  private static boolean isCurve(ECParameterSpec curve, String name) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(name));
      ECParameterSpec named = parameters.getParameterSpec(ECParameterSpec.class);
      return named.getCurve().equals(curve.getCurve())
          && named.getGenerator().equals(curve.getGenerator())
          && named.getOrder().equals(curve.getOrder());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform lacks the curve " + name, e);
    }
  }

  private static DeviceKeystoreException unsupported(String where, String what) {
    return new DeviceKeystoreException(
        Reason.UNSUPPORTED,
        where
            + " holds "
            + what
            + ". TLS client authentication here takes EC P-256, P-384, P-521, RSA of 2048 bits or"
            + " more, and Ed25519. Make a key of one of these.");
  }
}
