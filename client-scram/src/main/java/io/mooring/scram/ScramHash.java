package io.mooring.scram;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** The hash function of a mechanism (RFC 5802, section 4). */
enum ScramHash {
  /** For the vector of RFC 5802, section 5, only; no public way leads here. */
  SHA_1("SCRAM-SHA-1", "SHA-1", "HmacSHA1", 20),
  SHA_256("SCRAM-SHA-256", "SHA-256", "HmacSHA256", 32),
  SHA_512("SCRAM-SHA-512", "SHA-512", "HmacSHA512", 64);

  private final String mechanism;
  private final String digestName;
  private final String hmacName;
  private final int length;

  ScramHash(String mechanism, String digestName, String hmacName, int length) {
    this.mechanism = mechanism;
    this.digestName = digestName;
    this.hmacName = hmacName;
    this.length = length;
  }

  static ScramHash ofMechanism(String mechanism) {
    return switch (mechanism) {
      case "SCRAM-SHA-256" -> SHA_256;
      case "SCRAM-SHA-512" -> SHA_512;
      default ->
          throw new IllegalArgumentException(
              "mechanism must be SCRAM-SHA-256 or SCRAM-SHA-512, not " + mechanism);
    };
  }

  static ScramHash ofHmac(String hmacName) {
    return switch (hmacName) {
      case "HmacSHA256" -> SHA_256;
      case "HmacSHA512" -> SHA_512;
      default ->
          throw new IllegalArgumentException(
              "the MAC's algorithm must be HmacSHA256 or HmacSHA512, not " + hmacName);
    };
  }

  /** Without {@code -PLUS}. */
  String mechanism() {
    return mechanism;
  }

  String hmacName() {
    return hmacName;
  }

  /** Octets of H(), of every key, of ClientProof and of ServerSignature. */
  int length() {
    return length;
  }

  /** H(str). */
  byte[] h(byte[] str) {
    try {
      return MessageDigest.getInstance(digestName).digest(str);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "this Java runtime lacks " + digestName + ", which every Java platform must have", e);
    }
  }

  /** HMAC(key, str). */
  byte[] hmac(byte[] key, byte[] str) {
    try (Hmac hmac = new Hmac(this, key)) {
      return hmac.of(str);
    }
  }
}
