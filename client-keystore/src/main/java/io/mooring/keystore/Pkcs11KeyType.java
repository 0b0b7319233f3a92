package io.mooring.keystore;

/** The kinds of key pair that a token is asked to make. */
public enum Pkcs11KeyType {
  /** ECDSA on secp256r1; what nearly every token can do. */
  EC_P256,
  /** ECDSA on secp384r1. */
  EC_P384,
  /** RSA with a modulus of 2048 bits and the exponent 65537. */
  RSA_2048,
  /** RSA with a modulus of 3072 bits and the exponent 65537. */
  RSA_3072
}
