package io.mooring.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * One large array that the buffers of a thread lend each other: a burst would else cost the
 * collector a new one in each turn, and a thousand connections would keep one each.
 */
public final class SpareArray {
  private static final int LARGEST = 256 * 1024;

  private byte @Nullable [] array;

  /** At least {@code needed} bytes of any content; null if there is none so large. */
  byte @Nullable [] take(int needed) {
    byte[] lent = array;
    if (lent == null || lent.length < needed) {
      return null;
    }
    array = null;
    return lent;
  }

  /** Keeps {@code used}, without secrets, for whoever comes next, unless it has a better one. */
  void give(byte[] used) {
    byte[] kept = array;
    if (used.length <= LARGEST && (kept == null || kept.length < used.length)) {
      array = used;
    }
  }
}
