package io.mooring.internal.tls;

import io.mooring.internal.telemetry.SecretLog;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hears how a handshake goes, on the thread that computes it. */
public interface HandshakeWatch {
  /** The check of path, host name and pins begins. */
  void pathCheckBegins();

  /** They hold; not called if one does not. */
  void pathCheckEnds();

  /** What takes the secrets, for a capture on the bench; null unless {@code dangerous()} asked. */
  default @Nullable SecretLog secrets() {
    return null;
  }

  /** The broker's certificates as they came, leaf first, before anything of them was checked. */
  default void presented(List<X509Certificate> chain) {}

  /**
   * The broker stapled an OCSP response (RFC 6960), and it was looked at.
   *
   * @param good whether it vouches for the certificate; if not, it counts as none
   * @param words its times, or why it does not
   */
  default void stapled(boolean good, String words) {}

  /** {@code watch.pathCheckBegins()}, if there is one. */
  static void begins(@Nullable HandshakeWatch watch) {
    if (watch != null) {
      watch.pathCheckBegins();
    }
  }

  /** {@code watch.pathCheckEnds()}, if there is one. */
  static void ends(@Nullable HandshakeWatch watch) {
    if (watch != null) {
      watch.pathCheckEnds();
    }
  }
}
