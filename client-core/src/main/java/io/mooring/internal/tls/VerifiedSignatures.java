package io.mooring.internal.tls;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;

/**
 * The signatures that were verified in this JVM, so that a reconnect does not compute the same
 * equation again. What is remembered is a fact that no time changes: these bytes of a certificate,
 * signature included, hold under these bytes of a key. Whether the key may sign, whether the dates
 * hold, host name and pins are none of it, and are checked each time. Only what held is remembered,
 * by the SHA-256 of both, and the least lately used of {@value #CAPACITY} makes room. The JDK's own
 * certificates remember the last key that verified them in the same way.
 */
final class VerifiedSignatures {
  /** A gateway with paths to this many certificates forgets none; 64 take about 8 KiB. */
  static final int CAPACITY = 64;

  /** For all clients of the JVM. */
  static final VerifiedSignatures SHARED = new VerifiedSignatures();

  /** Guarded by this. */
  private final Map<ByteBuffer, Boolean> held = new Recent<>(CAPACITY);

  /**
   * What stands for {@code certificate} being signed with the key that {@code issuer} belongs to.
   */
  Optional<ByteBuffer> fact(X509Certificate certificate, PublicKey issuer)
      throws CertificateEncodingException {
    byte[] key = issuer.getEncoded();
    if (key == null) {
      return Optional.empty();
    }
    byte[] signed = certificate.getEncoded();
    MessageDigest digest = sha256();
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(key.length).flip());
    digest.update(key);
    digest.update(signed);
    return Optional.of(ByteBuffer.wrap(digest.digest()));
  }

  /** True if that was verified before. */
  synchronized boolean contains(ByteBuffer fact) {
    return held.get(fact) != null;
  }

  /** It was verified just now. */
  synchronized void add(ByteBuffer fact) {
    held.put(fact, Boolean.TRUE);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
