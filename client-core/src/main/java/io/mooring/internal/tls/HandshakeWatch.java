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

  /** Whether the broker is asked for a stapled OCSP response; the client itself relies on none. */
  default boolean wantsStaple() {
    return false;
  }

  /** A stapled OCSP response in DER (RFC 6960), as it came: nothing of it was verified. */
  default void stapled(byte[] ocspResponse) {}

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
