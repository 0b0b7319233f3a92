package io.mooring;

import java.util.Objects;

/**
 * Subscription Options of one Topic Filter (MQTT 5, section 3.8.3.1).
 *
 * @param qos Maximum QoS that the broker may send with; default {@link Qos#AT_LEAST_ONCE}
 * @param noLocal do not send back what this client published; default false; not allowed on shared
 *     subscriptions
 * @param retainAsPublished keep the RETAIN flag of the publisher; default false
 * @param retainHandling when retained messages are sent; default {@link RetainHandling#SEND}
 * @param manualAcknowledgement the handler calls {@link ReceivedMessage#acknowledge}; until then
 *     the message counts against Receive Maximum and is sent again after a reconnect; default
 *     false: the client acknowledges when the handler has returned
 */
public record SubscribeOptions(
    Qos qos,
    boolean noLocal,
    boolean retainAsPublished,
    RetainHandling retainHandling,
    boolean manualAcknowledgement) {

  /** QoS 1, retained messages sent, automatic acknowledgement. */
  public static final SubscribeOptions DEFAULT =
      new SubscribeOptions(Qos.AT_LEAST_ONCE, false, false, RetainHandling.SEND, false);

  /** Checks for null. */
  public SubscribeOptions {
    Objects.requireNonNull(qos, "qos");
    Objects.requireNonNull(retainHandling, "retainHandling");
  }

  /** These options with another Maximum QoS. */
  public SubscribeOptions withQos(Qos maximum) {
    return new SubscribeOptions(
        maximum, noLocal, retainAsPublished, retainHandling, manualAcknowledgement);
  }

  /** These options with No Local set or not. */
  public SubscribeOptions withNoLocal(boolean value) {
    return new SubscribeOptions(
        qos, value, retainAsPublished, retainHandling, manualAcknowledgement);
  }

  /** These options with Retain As Published set or not. */
  public SubscribeOptions withRetainAsPublished(boolean value) {
    return new SubscribeOptions(qos, noLocal, value, retainHandling, manualAcknowledgement);
  }

  /** These options with another Retain Handling. */
  public SubscribeOptions withRetainHandling(RetainHandling handling) {
    return new SubscribeOptions(qos, noLocal, retainAsPublished, handling, manualAcknowledgement);
  }

  /** These options with manual acknowledgement on or off. */
  public SubscribeOptions withManualAcknowledgement(boolean manual) {
    return new SubscribeOptions(qos, noLocal, retainAsPublished, retainHandling, manual);
  }

  /** Retain Handling: when the broker sends retained messages for a subscription. */
  public enum RetainHandling {
    /** At every SUBSCRIBE. */
    SEND,
    /** Only if the subscription is new. */
    SEND_IF_NEW,
    /** Never. */
    DO_NOT_SEND
  }
}
