package io.mooring.testkit;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** The kinds of key a test certificate can carry, with the signature algorithm each signs with. */
public enum KeyKind {
  /** ECDSA on secp256r1; the default. */
  EC_P256("EC", "SHA256withECDSA"),
  /** ECDSA on secp384r1. */
  EC_P384("EC", "SHA384withECDSA"),
  /** RSA with a modulus of 2048 bits. */
  RSA_2048("RSA", "SHA256withRSA"),
  /** RSA with a modulus of 3072 bits. */
  RSA_3072("RSA", "SHA256withRSA"),
  /**
   * Ed25519. The JDK 17 TLS server cannot authenticate with it; the certificate itself is sound.
   */
  ED25519("Ed25519", "Ed25519");

  private final String algorithm;
  private final String signatureAlgorithm;

  KeyKind(String algorithm, String signatureAlgorithm) {
    this.algorithm = algorithm;
    this.signatureAlgorithm = signatureAlgorithm;
  }

  /** Makes a fresh key pair with the JDK's own providers. */
  public KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(parameters());
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK cannot make a " + this + " key pair", e);
    }
  }

  String signatureAlgorithm() {
    return signatureAlgorithm;
  }

  private AlgorithmParameterSpec parameters() {
    return switch (this) {
      case EC_P256 -> new ECGenParameterSpec("secp256r1");
      case EC_P384 -> new ECGenParameterSpec("secp384r1");
      case RSA_2048 -> new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4);
      case RSA_3072 -> new RSAKeyGenParameterSpec(3072, RSAKeyGenParameterSpec.F4);
      case ED25519 -> NamedParameterSpec.ED25519;
    };
  }
}
