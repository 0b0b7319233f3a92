package io.mooring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How to subscribe to one Topic Filter: the Subscription Options that the broker is told (MQTT 5,
 * section 3.8.3.1), and what this client does with the messages. Immutable: start at {@link
 * #DEFAULT}, each {@code with} makes a copy.
 *
 * <p>Each subscription has a queue and a thread of its own while it has work, so that a slow
 * handler holds up no other.
 */
public final class SubscribeOptions {
  /** QoS 1, retained messages sent, automatic acknowledgement, nothing dropped, no rate limit. */
  public static final SubscribeOptions DEFAULT = new SubscribeOptions(new Draft());

  private static final int MOST_MESSAGES = 1_000_000;
  private static final long FEWEST_BYTES = 1024;
  private static final long MOST_BYTES = 1L << 30;

  private final Qos qos;
  private final boolean noLocal;
  private final boolean retainAsPublished;
  private final RetainHandling retainHandling;
  private final boolean manualAcknowledgement;
  private final Overflow overflow;
  private final int queueMessages;
  private final long queueBytes;
  private final @Nullable RateLimit rateLimit;
  private final List<UserProperty> userProperties;

  private SubscribeOptions(Draft draft) {
    this.qos = draft.qos;
    this.noLocal = draft.noLocal;
    this.retainAsPublished = draft.retainAsPublished;
    this.retainHandling = draft.retainHandling;
    this.manualAcknowledgement = draft.manualAcknowledgement;
    this.overflow = draft.overflow;
    this.queueMessages = draft.queueMessages;
    this.queueBytes = draft.queueBytes;
    this.rateLimit = draft.rateLimit;
    this.userProperties = draft.userProperties;
  }

  /** Maximum QoS that the broker may send with. Default {@link Qos#AT_LEAST_ONCE}. */
  public Qos qos() {
    return qos;
  }

  /** These options with another Maximum QoS. */
  public SubscribeOptions withQos(Qos maximum) {
    Objects.requireNonNull(maximum, "maximum");
    return with(draft -> draft.qos = maximum);
  }

  /** Whether the broker does not send back what this client published. Default false. */
  public boolean noLocal() {
    return noLocal;
  }

  /** These options with No Local set or not; not allowed on shared subscriptions. */
  public SubscribeOptions withNoLocal(boolean value) {
    return with(draft -> draft.noLocal = value);
  }

  /** Whether the RETAIN flag of the publisher is kept. Default false. */
  public boolean retainAsPublished() {
    return retainAsPublished;
  }

  /** These options with Retain As Published set or not. */
  public SubscribeOptions withRetainAsPublished(boolean value) {
    return with(draft -> draft.retainAsPublished = value);
  }

  /** When retained messages are sent. Default {@link RetainHandling#SEND}. */
  public RetainHandling retainHandling() {
    return retainHandling;
  }

  /** These options with another Retain Handling. */
  public SubscribeOptions withRetainHandling(RetainHandling handling) {
    Objects.requireNonNull(handling, "handling");
    return with(draft -> draft.retainHandling = handling);
  }

  /**
   * Whether the handler calls {@link ReceivedMessage#acknowledge}; until then the message takes
   * room in the queue, counts against Receive Maximum, and is sent again after a reconnect. Default
   * false: see {@link Overflow} for when the client acknowledges.
   */
  public boolean manualAcknowledgement() {
    return manualAcknowledgement;
  }

  /** These options with manual acknowledgement on or off. */
  public SubscribeOptions withManualAcknowledgement(boolean manual) {
    return with(draft -> draft.manualAcknowledgement = manual);
  }

  /** What happens to messages that come faster than the handler. Default STOP_READING. */
  public Overflow overflow() {
    return overflow;
  }

  /** These options with another policy for messages that come faster than the handler. */
  public SubscribeOptions withOverflow(Overflow policy) {
    Objects.requireNonNull(policy, "policy");
    return with(draft -> draft.overflow = policy);
  }

  /** Messages of this subscription that may wait, be handled or be unacknowledged by hand. */
  public int queueMessages() {
    return queueMessages;
  }

  /** Bytes of those: payload, topic and properties. */
  public long queueBytes() {
    return queueBytes;
  }

  /**
   * These options with a queue of so many messages, 1 to 1,000,000, and bytes, 1 KiB to 1 GiB.
   * Default the largest: only {@link ClientBuilder#inboundQueue} bounds it then. That one holds
   * over all subscriptions, whatever is said here; of it a subscription that drops takes no more
   * than is left free, so that one alone never fills more than half. A message larger than the
   * queue is taken in alone.
   */
  public SubscribeOptions withQueue(int messages, long bytes) {
    if (messages < 1 || messages > MOST_MESSAGES) {
      throw new IllegalArgumentException(
          "queue messages is 1 to " + MOST_MESSAGES + "; got " + messages);
    }
    if (bytes < FEWEST_BYTES || bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "queue bytes is " + FEWEST_BYTES + " to " + MOST_BYTES + "; got " + bytes);
    }
    return with(
        draft -> {
          draft.queueMessages = messages;
          draft.queueBytes = bytes;
        });
  }

  /** How often the handler is called at most. Default empty: as fast as it returns. */
  public Optional<RateLimit> rateLimit() {
    return Optional.ofNullable(rateLimit);
  }

  /** These options with a rate limit. */
  public SubscribeOptions withRateLimit(RateLimit limit) {
    Objects.requireNonNull(limit, "limit");
    return with(draft -> draft.rateLimit = limit);
  }

  /** User Properties of SUBSCRIBE in order, unmodifiable. Default none. */
  public List<UserProperty> userProperties() {
    return userProperties;
  }

  /**
   * These options with one User Property more (section 3.8.2.1.3), name and value at most 65,535
   * bytes of UTF-8 each. What it means is between you and the broker; it goes out with each
   * SUBSCRIBE for this filter, so also with one that follows a lost session.
   *
   * @throws IllegalArgumentException if one is longer, or holds U+0000 or a lone surrogate
   */
  public SubscribeOptions withUserProperty(String name, String value) {
    List<UserProperty> longer = new ArrayList<>(userProperties);
    longer.add(new UserProperty(name, value));
    return with(draft -> draft.userProperties = List.copyOf(longer));
  }

  private SubscribeOptions with(Consumer<Draft> change) {
    Draft draft = new Draft();
    draft.qos = qos;
    draft.noLocal = noLocal;
    draft.retainAsPublished = retainAsPublished;
    draft.retainHandling = retainHandling;
    draft.manualAcknowledgement = manualAcknowledgement;
    draft.overflow = overflow;
    draft.queueMessages = queueMessages;
    draft.queueBytes = queueBytes;
    draft.rateLimit = rateLimit;
    draft.userProperties = userProperties;
    change.accept(draft);
    return new SubscribeOptions(draft);
  }

  private List<@Nullable Object> values() {
    return Arrays.asList(
        qos,
        noLocal,
        retainAsPublished,
        retainHandling,
        manualAcknowledgement,
        overflow,
        queueMessages,
        queueBytes,
        rateLimit,
        userProperties);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SubscribeOptions options && values().equals(options.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  /** Every option; of the User Properties only how many. */
  @Override
  public String toString() {
    return "SubscribeOptions["
        + qos
        + ", noLocal="
        + noLocal
        + ", retainAsPublished="
        + retainAsPublished
        + ", "
        + retainHandling
        + ", manualAcknowledgement="
        + manualAcknowledgement
        + ", "
        + overflow
        + ", queue "
        + queueMessages
        + " messages, "
        + queueBytes
        + " bytes, "
        + (rateLimit == null ? "no rate limit" : rateLimit)
        + ", "
        + userProperties.size()
        + " user properties]";
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

  /**
   * What happens to messages that come faster than the handler returns, or than its {@link
   * RateLimit} allows, once the queue is full.
   *
   * <p>The three that drop acknowledge a message as they take it into the queue (unless it is
   * acknowledged by hand), so that a slow handler never uses up the Receive Maximum that it shares
   * with the other subscriptions. A message dropped before it was acknowledged is answered with
   * 0x97 Quota exceeded in PUBACK, and with Success in PUBREC, where some brokers take an error
   * amiss: the broker does not send it again. Each drop is counted ({@link
   * InboundCounters#dropped}) and reported ({@link ConnectionListener#messagesDropped}).
   */
  public enum Overflow {
    /**
     * Nothing is lost: the client stops reading from the broker until half the queue is handled,
     * and acknowledges when the handler has returned. A connection is one TCP stream, so while it
     * is not read the messages of all subscriptions, receipts included, wait behind the one that is
     * full; publishing and keep alive go on. The broker holds the rest, within its own bounds.
     */
    STOP_READING,
    /** The message that waited longest is dropped: the handler sees the newest ones. */
    DROP_OLDEST,
    /** The message that arrives is dropped: the handler sees the first ones. */
    DROP_NEWEST,
    /**
     * One message waits for each topic, and a newer one takes its place in the queue: the handler
     * sees the latest value of every topic. Over the bounds, the topic that waited longest goes.
     */
    LATEST_ONLY;

    /** True for the policies that drop. */
    public boolean drops() {
      return this != STOP_READING;
    }
  }

  /** The fields, while they are being set. */
  private static final class Draft {
    private Qos qos = Qos.AT_LEAST_ONCE;
    private boolean noLocal;
    private boolean retainAsPublished;
    private RetainHandling retainHandling = RetainHandling.SEND;
    private boolean manualAcknowledgement;
    private Overflow overflow = Overflow.STOP_READING;
    private int queueMessages = MOST_MESSAGES;
    private long queueBytes = MOST_BYTES;
    private @Nullable RateLimit rateLimit;
    private List<UserProperty> userProperties = List.of();
  }
}
