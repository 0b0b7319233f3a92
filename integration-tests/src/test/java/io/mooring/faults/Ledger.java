package io.mooring.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.MessageHandler;
import io.mooring.Qos;
import io.mooring.ReceivedMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What a subscriber saw of numbered messages, "1:17" being number 17 at QoS 1: how often each came,
 * and in which order they came first.
 */
final class Ledger implements MessageHandler {
  private final Map<String, Integer> seen = new HashMap<>();
  private final Map<Character, List<Long>> order =
      Map.of('1', new ArrayList<>(), '2', new ArrayList<>());

  /** The payload of a message. */
  static String entry(Qos qos, long number) {
    return qos.code() + ":" + number;
  }

  @Override
  public synchronized void onMessage(ReceivedMessage message) {
    String entry = message.payloadText();
    if (seen.merge(entry, 1, Integer::sum) == 1) {
      Objects.requireNonNull(order.get(entry.charAt(0))).add(Long.parseLong(entry.substring(2)));
    }
    notifyAll();
  }

  /** Waits until each of {@code entries} has come, 60 s at most without anything new. */
  synchronized void await(Collection<String> entries) throws InterruptedException {
    int known = -1;
    long giveUp = 0;
    while (!seen.keySet().containsAll(entries)) {
      if (seen.size() > known) {
        known = seen.size();
        giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      }
      long left = giveUp - System.nanoTime();
      if (left <= 0) {
        List<String> missing = entries.stream().filter(entry -> !seen.containsKey(entry)).toList();
        throw new AssertionError(missing.size() + " lost: " + head(missing));
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /**
   * QoS 2 came at most once, and first arrivals came in the order of their numbers, for each QoS by
   * itself: a broker hands on a QoS 2 message at its PUBREL (section 4.6 orders within a QoS).
   */
  synchronized void assertOnceAndInOrder() {
    List<String> repeated =
        seen.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("2:") && entry.getValue() > 1)
            .map(entry -> entry.getKey() + " x" + entry.getValue())
            .toList();
    assertEquals(List.of(), head(repeated), repeated.size() + " QoS 2 messages came twice");
    order.values().forEach(Ledger::assertInOrder);
  }

  private static void assertInOrder(List<Long> numbers) {
    for (int i = 1; i < numbers.size(); i++) {
      long earlier = numbers.get(i - 1);
      long later = numbers.get(i);
      assertTrue(earlier < later, () -> later + " came for the first time after " + earlier);
    }
  }

  /** How many different messages came. */
  synchronized int size() {
    return seen.size();
  }

  /** How many came more than once. */
  synchronized long repeated() {
    return seen.values().stream().filter(count -> count > 1).count();
  }

  private static List<String> head(List<String> all) {
    return all.subList(0, Math.min(20, all.size()));
  }
}
