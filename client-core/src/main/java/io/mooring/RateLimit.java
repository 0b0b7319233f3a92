package io.mooring;

import java.time.Duration;

/**
 * How often a handler is called at most: a token bucket. It holds {@code burst} tokens, gains
 * {@code messages} of them evenly over each {@code period}, and each message takes one. Messages
 * that find no token wait in the queue of their subscription; what does not fit there goes by its
 * {@link SubscribeOptions.Overflow}.
 *
 * @param messages 1 to 1,000,000 per period
 * @param period 1 ms to 1 h
 * @param burst how many may come at once after a pause, 1 to 1,000,000
 */
public record RateLimit(int messages, Duration period, int burst) {
  private static final int MOST = 1_000_000;
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofHours(1);

  /** Checks every range. */
  public RateLimit {
    requireCount("messages", messages);
    requireCount("burst", burst);
    if (period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("period is 1 ms to 1 h; got " + period);
    }
  }

  /** So many a second, as many of them at once. */
  public static RateLimit perSecond(int messages) {
    return per(Duration.ofSeconds(1), messages);
  }

  /** So many a period, as many of them at once. */
  public static RateLimit per(Duration period, int messages) {
    return new RateLimit(messages, period, messages);
  }

  /** This rate with another burst. */
  public RateLimit withBurst(int messagesAtOnce) {
    return new RateLimit(messages, period, messagesAtOnce);
  }

  private static void requireCount(String what, int value) {
    if (value < 1 || value > MOST) {
      throw new IllegalArgumentException(what + " is 1 to " + MOST + "; got " + value);
    }
  }
}
