package io.mooring.internal.tls;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import io.mooring.testkit.TestIdentity;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A device identity whose key is in memory; it counts what it signed. */
final class SoftIdentity implements DeviceIdentity {
  final List<SignatureScheme> signed = new ArrayList<>();
  private final List<X509Certificate> chain;
  private final PrivateKey key;
  private final Set<SignatureScheme> schemes;

  SoftIdentity(TestIdentity identity) {
    this(
        identity.chain(),
        identity.privateKey(),
        switch (identity.keyKind()) {
          case EC_P256 -> List.of(SignatureScheme.ECDSA_SECP256R1_SHA256);
          case EC_P384 -> List.of(SignatureScheme.ECDSA_SECP384R1_SHA384);
          case ED25519 -> List.of(SignatureScheme.ED25519);
          case RSA_2048, RSA_3072 ->
              List.of(
                  SignatureScheme.RSA_PSS_RSAE_SHA256,
                  SignatureScheme.RSA_PSS_RSAE_SHA384,
                  SignatureScheme.RSA_PKCS1_SHA256);
        });
  }

  SoftIdentity(List<X509Certificate> chain, PrivateKey key, List<SignatureScheme> schemes) {
    this.chain = chain;
    this.key = key;
    this.schemes = new LinkedHashSet<>(schemes);
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
      Signature signature = signature(scheme);
      signature.initSign(key);
      signature.update(message);
      signed.add(scheme);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Signature signature(SignatureScheme scheme) throws GeneralSecurityException {
    return switch (scheme) {
      case ECDSA_SECP256R1_SHA256 -> Signature.getInstance("SHA256withECDSA");
      case ECDSA_SECP384R1_SHA384 -> Signature.getInstance("SHA384withECDSA");
      case ECDSA_SECP521R1_SHA512 -> Signature.getInstance("SHA512withECDSA");
      case ED25519 -> Signature.getInstance("Ed25519");
      case RSA_PSS_RSAE_SHA256 -> pss("SHA-256", 32);
      case RSA_PSS_RSAE_SHA384 -> pss("SHA-384", 48);
      case RSA_PSS_RSAE_SHA512 -> pss("SHA-512", 64);
      case RSA_PKCS1_SHA256 -> Signature.getInstance("SHA256withRSA");
      case RSA_PKCS1_SHA384 -> Signature.getInstance("SHA384withRSA");
      case RSA_PKCS1_SHA512 -> Signature.getInstance("SHA512withRSA");
    };
  }

  private static Signature pss(String hash, int salt) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(
        new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), salt, 1));
    return signature;
  }
}
