package io.mooring;

/**
 * Receives the messages of one subscription: in order, one at a time for one client, on a daemon
 * thread of the client or on the executor that was configured. It may block, and may use the
 * client.
 */
@FunctionalInterface
public interface MessageHandler {
  /**
   * Handles one message. When it returns, the message is acknowledged, unless the subscription
   * acknowledges manually. When it throws, the message is acknowledged with 0x83 Implementation
   * specific error, so that the broker does not send it again, and the failure is logged.
   *
   * @throws Exception whatever the application wants to fail with
   */
  void onMessage(ReceivedMessage message) throws Exception;
}
