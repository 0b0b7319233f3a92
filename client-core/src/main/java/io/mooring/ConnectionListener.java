package io.mooring;

/** Hears of each change of state, in order, off the event loop. */
@FunctionalInterface
public interface ConnectionListener {
  /** The client went into {@code state}. What it throws is logged and has no effect. */
  void stateChanged(ConnectionState state);

  /**
   * Messages were dropped by a subscription's {@link SubscribeOptions.Overflow}: told at the first
   * one, then every 10 s while there are more. A warning in the log says the same. Default nothing.
   *
   * @param filter the Topic Filter of the subscription
   * @param count how many since this was last called for the subscription, 1 or more
   */
  default void messagesDropped(String filter, long count) {}
}
