package io.mooring.keystore;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** The kinds of key that a device makes for itself. */
public enum KeyAlgorithm {
  /** ECDSA on secp256r1: small, fast, taken by every broker. The default. */
  EC_P256("ec-p256", "EC"),
  /** ECDSA on secp384r1, where a policy asks for it. */
  EC_P384("ec-p384", "EC"),
  /** RSA with a modulus of 2048 bits, for tokens that make no longer one, as many TPMs. */
  RSA_2048("rsa-2048", "RSA"),
  /** RSA with a modulus of 3072 bits; seconds to make on a small board. */
  RSA_3072("rsa-3072", "RSA");

  private final String label;
  private final String family;

  KeyAlgorithm(String label, String family) {
    this.label = label;
    this.family = family;
  }

  /**
   * The name on the command line: {@code ec-p256}, {@code ec-p384}, {@code rsa-2048} or {@code
   * rsa-3072}.
   */
  public String label() {
    return label;
  }

  /** The name that the JCA has for the family: {@code EC} or {@code RSA}. */
  public String family() {
    return family;
  }

  /** What the JCA's key pair generators, those of tokens included, are initialised with. */
  public AlgorithmParameterSpec parameters() {
    return switch (this) {
      case EC_P256 -> new ECGenParameterSpec("secp256r1");
      case EC_P384 -> new ECGenParameterSpec("secp384r1");
      case RSA_2048 -> new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4);
      case RSA_3072 -> new RSAKeyGenParameterSpec(3072, RSAKeyGenParameterSpec.F4);
    };
  }

  /** Whether a key is of this kind. */
  public boolean isOf(PublicKey key) {
    return switch (this) {
      case EC_P256 -> key instanceof ECPublicKey ec && bits(ec) == 256;
      case EC_P384 -> key instanceof ECPublicKey ec && bits(ec) == 384;
      case RSA_2048 -> key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() == 2048;
      case RSA_3072 -> key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() == 3072;
    };
  }

  private static int bits(ECPublicKey key) {
    return key.getParams().getOrder().bitLength();
  }

  KeyPair generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
      generator.initialize(parameters(), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform makes no key of kind " + label, e);
    }
  }
}
