package io.mooring;

import java.util.List;

/** A message that the broker delivered to a subscription. */
public final class ReceivedMessage {
  private final Message message;
  private final boolean duplicate;
  private final List<Integer> subscriptionIdentifiers;
  private final Runnable acknowledgement;

  ReceivedMessage(
      Message message,
      boolean duplicate,
      List<Integer> subscriptionIdentifiers,
      Runnable acknowledgement) {
    this.message = message;
    this.duplicate = duplicate;
    this.subscriptionIdentifiers = subscriptionIdentifiers;
    this.acknowledgement = acknowledgement;
  }

  /** Topic, payload and properties. {@link Message#retain} tells a retained message. */
  public Message message() {
    return message;
  }

  /** The Topic Name. */
  public String topic() {
    return message.topic();
  }

  /** A copy of the payload. */
  public byte[] payload() {
    return message.payload();
  }

  /** The payload as UTF-8 text. */
  public String payloadText() {
    return message.payloadText();
  }

  /** The DUP flag: the broker may have sent it before (QoS 1 only; QoS 2 arrives once). */
  public boolean duplicate() {
    return duplicate;
  }

  /**
   * The Subscription Identifiers that the broker sent (MQTT 5, section 3.3.2.3.8), unmodifiable;
   * empty if it sent none. They are numbers of this client's own: it gives each subscription the
   * next one, from 1, and uses them to find the handler, so an application has no use for them but
   * in a log. After a resumed session they may be those of an earlier run, which mean something
   * else here.
   */
  public List<Integer> subscriptionIdentifiers() {
    return subscriptionIdentifiers;
  }

  /**
   * Sends PUBACK or PUBREC for a subscription with manual acknowledgement. Any thread, any order,
   * more than once without effect. Without effect after the connection that brought the message is
   * gone: the broker sends it again.
   */
  public void acknowledge() {
    acknowledgement.run();
  }

  /** Topic, QoS and size; never the payload. */
  @Override
  public String toString() {
    return "Received" + message;
  }
}
