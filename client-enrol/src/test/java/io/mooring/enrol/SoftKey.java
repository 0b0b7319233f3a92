package io.mooring.enrol;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import io.mooring.identity.SigningKey;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestIdentity;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import java.util.Set;

/** A key pair of the JDK behind the handles. */
final class SoftKey implements SigningKey, DeviceIdentity {
  private final KeyPair pair;
  private final Set<SignatureScheme> schemes;
  private final List<X509Certificate> chain;

  private SoftKey(KeyPair pair, Set<SignatureScheme> schemes, List<X509Certificate> chain) {
    this.pair = pair;
    this.schemes = schemes;
    this.chain = chain;
  }

  static SoftKey p256() {
    return of(KeyKind.EC_P256);
  }

  static SoftKey of(KeyKind kind) {
    return new SoftKey(kind.generate(), Set.of(scheme(kind)), List.of());
  }

  static SoftKey pssOnly() {
    return new SoftKey(
        KeyKind.RSA_2048.generate(), Set.of(SignatureScheme.RSA_PSS_RSAE_SHA256), List.of());
  }

  static SoftKey of(TestIdentity identity) {
    return new SoftKey(identity.keyPair(), Set.of(scheme(identity.keyKind())), identity.chain());
  }

  SoftKey with(List<X509Certificate> certificates) {
    return new SoftKey(pair, schemes, certificates);
  }

  private static SignatureScheme scheme(KeyKind kind) {
    return switch (kind) {
      case EC_P256 -> SignatureScheme.ECDSA_SECP256R1_SHA256;
      case EC_P384 -> SignatureScheme.ECDSA_SECP384R1_SHA384;
      case RSA_2048, RSA_3072 -> SignatureScheme.RSA_PKCS1_SHA256;
      case ED25519 -> SignatureScheme.ED25519;
    };
  }

  @Override
  public PublicKey publicKey() {
    return pair.getPublic();
  }

  @Override
  public List<X509Certificate> certificateChain() {
    return chain;
  }

  @Override
  public Set<SignatureScheme> signatureSchemes() {
    return schemes;
  }

  @Override
  public byte[] sign(SignatureScheme scheme, byte[] message) {
    try {
      Signature engine =
          Signature.getInstance(
              switch (scheme) {
                case ECDSA_SECP256R1_SHA256 -> "SHA256withECDSA";
                case ECDSA_SECP384R1_SHA384 -> "SHA384withECDSA";
                case RSA_PKCS1_SHA256 -> "SHA256withRSA";
                case RSA_PSS_RSAE_SHA256 -> "RSASSA-PSS";
                case ED25519 -> "Ed25519";
                default -> throw new IllegalArgumentException(scheme.toString());
              });
      if (scheme == SignatureScheme.RSA_PSS_RSAE_SHA256) {
        engine.setParameter(
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
      }
      engine.initSign(pair.getPrivate());
      engine.update(message);
      return engine.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
