package io.mooring.internal.tls;

import org.jspecify.annotations.Nullable;

/** Hears how a handshake goes, on the thread that computes it. */
public interface HandshakeWatch {
  /** The check of path, host name and pins begins. */
  void pathCheckBegins();

  /** They hold; not called if one does not. */
  void pathCheckEnds();

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
