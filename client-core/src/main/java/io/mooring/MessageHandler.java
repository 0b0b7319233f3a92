package io.mooring;

/**
 * Receives the messages of one subscription: in order, one at a time, on a daemon thread of the
 * client or on the executor that was configured. Handlers of different subscriptions run at the
 * same time, so one that is given to several of them has to be thread-safe. It may block, and may
 * use the client; what comes faster than it returns goes by {@link SubscribeOptions.Overflow}.
 */
@FunctionalInterface
public interface MessageHandler {
  /**
   * Handles one message. When it returns, the message is acknowledged, unless the subscription
   * acknowledges manually or has acknowledged when it took the message over (see {@link
   * SubscribeOptions.Overflow}). When it throws, a message that is not yet acknowledged is
   * acknowledged with 0x83 Implementation specific error (at QoS 2 with Success, since some brokers
   * deliver nothing more after an error in PUBREC), so that the broker does not send it again; the
   * failure is counted, and logged at most once in 10 s.
   *
   * @throws Exception whatever the application wants to fail with
   */
  void onMessage(ReceivedMessage message) throws Exception;
}
