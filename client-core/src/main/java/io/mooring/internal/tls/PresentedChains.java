package io.mooring.internal.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What brokers presented last, each in a handshake that ended well: most likely what they will
 * present again, so that {@link ServerVerifier} can check it while the answer is on its way.
 * Whether anybody believes a chain is none of it. The least lately used of {@value #CAPACITY} makes
 * room.
 */
final class PresentedChains {
  /** Brokers of one process; a chain takes some 5 KiB. */
  static final int CAPACITY = 8;

  /** For all clients of the JVM. */
  static final PresentedChains SHARED = new PresentedChains();

  /** By host and port. Guarded by this. */
  private final Map<String, List<X509Certificate>> last = new Recent<>(CAPACITY);

  /** What {@code peer} presented last, leaf first; null if that is not known. */
  synchronized @Nullable List<X509Certificate> of(String peer) {
    return last.get(peer);
  }

  /** That came from {@code peer} just now. */
  synchronized void add(String peer, List<X509Certificate> chain) {
    last.put(peer, chain);
  }
}
