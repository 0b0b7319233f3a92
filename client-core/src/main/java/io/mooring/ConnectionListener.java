package io.mooring;

/** Hears of each change of state, in order, off the event loop. */
@FunctionalInterface
public interface ConnectionListener {
  /** The client went into {@code state}. What it throws is logged and has no effect. */
  void stateChanged(ConnectionState state);
}
