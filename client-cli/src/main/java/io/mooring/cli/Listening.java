package io.mooring.cli;

import io.mooring.MessageHandler;
import io.mooring.Qos;
import io.mooring.ReceivedMessage;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeOptions.RetainHandling;
import io.mooring.SubscribeReceipt;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One subscription that is taken back at once or after a moment, at QoS 0. What comes is counted,
 * the first topic of somebody else is kept, and no payload is looked at. More than {@link
 * #MOST_MESSAGES} or {@link #MOST_BYTES} end the connection: a busy broker would go on sending for
 * as long as it takes to read UNSUBSCRIBE.
 */
final class Listening {
  static final int MOST_MESSAGES = 100;
  static final long MOST_BYTES = 256 * 1024;

  /** The first message that was none of this device's. */
  record Heard(String topic, boolean retained, Duration after) {}

  private final SecureMqttClient client;
  private final ConnectionWatch watch;
  private final Deadline deadline;
  private final Predicate<String> foreign;
  private final CompletableFuture<@Nullable Heard> heard = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Heard> flooded = new CompletableFuture<>();
  private final AtomicInteger messages = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private long begun;

  /**
   * @param foreign whether a topic belongs to somebody else
   */
  Listening(
      SecureMqttClient client,
      ConnectionWatch watch,
      Deadline deadline,
      Predicate<String> foreign) {
    this.client = client;
    this.watch = watch;
    this.deadline = deadline;
    this.foreign = foreign;
  }

  /**
   * Subscribes.
   *
   * @throws io.mooring.error.SubscribeException if the broker does not grant it
   */
  SubscribeReceipt begin(String filter, RetainHandling retained) {
    MessageHandler handler = this::count;
    SubscribeOptions options =
        SubscribeOptions.DEFAULT
            .withQos(Qos.AT_MOST_ONCE)
            .withRetainHandling(retained)
            .withQueue(MOST_MESSAGES, MOST_BYTES);
    begun = System.nanoTime();
    return watch.await(
        UsageException.parse("--filter", () -> client.subscribe(filter, options, handler)),
        deadline.left(),
        "The subscription");
  }

  /** What was heard first of somebody else, or null if nothing was in {@code patience}. */
  @Nullable Heard first(Duration patience) {
    CompletableFuture<@Nullable Heard> either = heard.applyToEither(flooded, any -> any);
    CompletableFuture<@Nullable Heard> inTime =
        either.completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS);
    return watch.await(inTime, deadline.left(), "The end of listening");
  }

  /**
   * Takes the subscription back; if so much came, or UNSUBACK does not come in {@code patience},
   * ends the connection instead, and returns false.
   */
  boolean end(String filter, Duration patience) {
    CompletableFuture<Boolean> taken =
        client.unsubscribe(filter).thenApply(nothing -> true).toCompletableFuture();
    CompletableFuture<Boolean> done =
        taken
            .applyToEither(flooded.thenApply(any -> false), inTime -> inTime)
            .completeOnTimeout(false, patience.toNanos(), TimeUnit.NANOSECONDS);
    if (watch.await(done, deadline.left(), "The end of the subscription")) {
      return true;
    }
    hangUp();
    return false;
  }

  /** Ends the connection, which takes every subscription back at once. */
  void hangUp() {
    client.close();
  }

  /** How many came, somebody else's or not. */
  int messages() {
    return messages.get();
  }

  private void count(ReceivedMessage message) {
    String topic = message.topic();
    int number = messages.incrementAndGet();
    long sum = bytes.addAndGet((long) topic.length() + message.message().payloadLength());
    if (foreign.test(topic)) {
      heard.complete(
          new Heard(
              topic, message.message().retain(), Duration.ofNanos(System.nanoTime() - begun)));
    }
    if (number >= MOST_MESSAGES || sum >= MOST_BYTES) {
      flooded.complete(null);
    }
  }
}
