package io.mooring.internal.net;

import io.mooring.internal.wire.WireBuffer;

/**
 * The way out of a client: packets are written to {@link #out}, and {@link #send} moves them on.
 */
public interface Outlet {
  /** Where the owner writes its packets; {@link #send} empties it. */
  WireBuffer out();

  /**
   * Sends what lies in {@link #out}, as far as it may leave, and what the socket did not take
   * before.
   */
  void send();

  /** True while the socket has not taken all that was sent. */
  boolean isBacklogged();
}
