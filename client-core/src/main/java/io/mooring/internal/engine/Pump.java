package io.mooring.internal.engine;

import io.mooring.internal.net.Outlet;
import java.util.function.BooleanSupplier;

/**
 * Has a session encode while the socket takes what it wrote. Nothing may be left behind in the
 * queue unless somebody calls again: the socket once it has room, the disk once it has written, or
 * the loop.
 */
final class Pump {
  /** How often one client may fill its socket before the others get their turn. */
  private static final int ROUNDS_A_TURN = 16;

  private final Runnable encode;
  private final BooleanSupplier held;
  private final Runnable goOnLater;

  /**
   * Does nothing yet.
   *
   * @param encode has the session write what it may
   * @param held true while written bytes wait for the disk
   * @param goOnLater calls {@link #run} again after the other clients had their turn
   */
  Pump(Runnable encode, BooleanSupplier held, Runnable goOnLater) {
    this.encode = encode;
    this.held = held;
    this.goOnLater = goOnLater;
  }

  /** Until nothing is left, or somebody else has to move first. */
  void run(Outlet outlet) {
    for (int round = 0; round < ROUNDS_A_TURN; round++) {
      boolean encoded = !outlet.isBacklogged();
      if (encoded) {
        encode.run();
      }
      boolean wrote = outlet.out().length() > 0;
      outlet.send();
      if (outlet.isBacklogged() || held.getAsBoolean()) {
        return; // the socket, or the disk, calls again
      }
      if (encoded && !wrote) {
        return; // nothing is left; where a backlog kept the session silent, it has its say now
      }
    }
    goOnLater.run();
  }
}
