package io.mooring.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * A pin: the SHA-256 of a certificate's SubjectPublicKeyInfo, written {@code sha256/} and base64
 * (RFC 7469, section 2.4). It survives renewal of the certificate as long as the key stays.
 */
public final class SpkiPin {
  private static final String PREFIX = "sha256/";
  private static final int SHA256_BYTES = 32;

  private final byte[] digest;

  private SpkiPin(byte[] digest) {
    this.digest = digest;
  }

  /**
   * Parses {@code sha256/} and 44 characters of base64.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static SpkiPin parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "pin '" + text + "' does not start with sha256/; write it as mooring pin prints it");
    }
    byte[] digest;
    try {
      digest = Base64.getDecoder().decode(text.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "pin '" + text + "' is not base64 after sha256/: " + e.getMessage(), e);
    }
    if (digest.length != SHA256_BYTES || !text.equals(format(digest))) {
      throw new IllegalArgumentException(
          "pin '" + text + "' is not the base64 of 32 bytes; it decodes to " + digest.length);
    }
    return new SpkiPin(digest);
  }

  /** The pin of a certificate's key. */
  public static SpkiPin of(X509Certificate certificate) {
    return of(certificate.getPublicKey());
  }

  /** The pin of a key: of its SubjectPublicKeyInfo. */
  public static SpkiPin of(PublicKey key) {
    return new SpkiPin(sha256(key.getEncoded()));
  }

  /** The form {@code sha256/...}. */
  @Override
  public String toString() {
    return format(digest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SpkiPin pin && MessageDigest.isEqual(digest, pin.digest);
  }

  @Override
  public int hashCode() {
    return (digest[0] & 0xFF) << 24
        | (digest[1] & 0xFF) << 16
        | (digest[2] & 0xFF) << 8
        | (digest[3] & 0xFF);
  }

  private static String format(byte[] digest) {
    return PREFIX + Base64.getEncoder().encodeToString(digest);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
