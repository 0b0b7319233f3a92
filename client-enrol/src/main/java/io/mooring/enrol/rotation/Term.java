package io.mooring.enrol.rotation;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/**
 * A certificate's life.
 *
 * @param fingerprint SHA-256 of the certificate, in hex
 * @param from notBefore
 * @param until notAfter
 */
record Term(String fingerprint, Instant from, Instant until) {
  static Term of(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return new Term(
          HexFormat.of().formatHex(digest),
          certificate.getNotBefore().toInstant(),
          certificate.getNotAfter().toInstant());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("the certificate in use has no encoding", e);
    }
  }

  Duration life() {
    return Duration.between(from, until);
  }

  /** From -1 to 1: evenly spread over certificates, the same for one at each look. */
  double spread() {
    byte[] digest = HexFormat.of().parseHex(fingerprint);
    return ByteBuffer.wrap(digest).getInt() / (double) (1L << 31);
  }
}
