package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.RateLimit;
import java.math.BigInteger;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long MILLISECOND = 1_000_000;

  @Test
  void burstPassesAtOnce_thenOneForEachShareOfThePeriod() {
    TokenBucket bucket = new TokenBucket(RateLimit.perSecond(10).withBurst(3), 0);
    for (int i = 0; i < 3; i++) {
      assertEquals(0, bucket.take(0));
    }
    assertEquals(100 * MILLISECOND, bucket.take(0));
    assertEquals(1, bucket.take(100 * MILLISECOND - 1));
    assertEquals(0, bucket.take(100 * MILLISECOND));
    assertEquals(100 * MILLISECOND, bucket.take(100 * MILLISECOND));
  }

  @Test
  void longPause_savesUpNoMoreThanTheBurst() {
    TokenBucket bucket = new TokenBucket(RateLimit.per(Duration.ofMinutes(1), 2), 0);
    long later = Duration.ofDays(365).toNanos();
    assertEquals(0, bucket.take(later));
    assertEquals(0, bucket.take(later));
    assertEquals(Duration.ofSeconds(30).toNanos(), bucket.take(later));
  }

  @Test
  void rateThatDoesNotDivideThePeriod_isNeverExceeded() {
    TokenBucket bucket = new TokenBucket(RateLimit.perSecond(3).withBurst(1), 0);
    long now = 0;
    for (int taken = 0; taken < 3_000; taken++) {
      long wait = bucket.take(now);
      if (wait > 0) {
        now += wait;
        assertEquals(0, bucket.take(now));
      }
    }
    now += bucket.take(now);
    assertTrue(now >= Duration.ofSeconds(1_000).toNanos(), "3,001st token after " + now + " ns");
  }

  @Test
  void widestLimits_doNotOverflow() {
    RateLimit limit = new RateLimit(1, Duration.ofHours(1), 1_000_000);
    TokenBucket bucket = new TokenBucket(limit, Long.MAX_VALUE - 5);
    for (int i = 0; i < 1_000_000; i++) {
      assertEquals(0, bucket.take(Long.MAX_VALUE - 5));
    }
    assertEquals(Duration.ofHours(1).toNanos(), bucket.take(Long.MAX_VALUE - 5));
    assertEquals(0, bucket.take(Long.MAX_VALUE - 5 + Duration.ofHours(1).toNanos()));
  }

  /** Against a bucket that counts fractions of tokens, on clocks that jump and wrap round. */
  @Test
  void agreesWithABucketThatCounts() {
    for (long seed = 1; seed <= 2_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int messages = 1 + random.nextInt(50);
      // Divisible, so that the count of fractions is exact.
      Duration period = Duration.ofNanos(messages * (MILLISECOND + random.nextInt(1 << 20)));
      int burst = 1 + random.nextInt(20);
      long now =
          random.nextBoolean() ? random.nextLong() : Long.MAX_VALUE - random.nextInt(1 << 24);
      TokenBucket bucket = new TokenBucket(new RateLimit(messages, period, burst), now);
      Counting model = new Counting(messages, period, burst);
      for (int step = 0; step < 200; step++) {
        long wait = bucket.take(now);
        assertEquals(model.take(), wait, "seed " + seed + ", step " + step);
        long pause =
            switch (random.nextInt(4)) {
              case 0 -> 0;
              case 1 -> wait;
              case 2 -> wait / 2;
              default -> random.nextLong(period.toNanos());
            };
        now += pause;
        model.pass(pause);
      }
    }
  }

  @Test
  void limitsOutOfRange_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> RateLimit.perSecond(0));
    assertThrows(IllegalArgumentException.class, () -> RateLimit.perSecond(1_000_001));
    assertThrows(IllegalArgumentException.class, () -> RateLimit.perSecond(1).withBurst(0));
    assertThrows(IllegalArgumentException.class, () -> RateLimit.per(Duration.ZERO, 1));
    assertThrows(IllegalArgumentException.class, () -> RateLimit.per(Duration.ofHours(2), 1));
  }

  /** Tokens in units of one period's nanoseconds: a message costs the period. */
  private static final class Counting {
    private final BigInteger messages;
    private final BigInteger cost;
    private final BigInteger full;
    private BigInteger level;

    Counting(int messages, Duration period, int burst) {
      this.messages = BigInteger.valueOf(messages);
      this.cost = BigInteger.valueOf(period.toNanos());
      this.full = cost.multiply(BigInteger.valueOf(burst));
      this.level = full;
    }

    void pass(long nanos) {
      level = level.add(BigInteger.valueOf(nanos).multiply(messages)).min(full);
    }

    long take() {
      if (level.compareTo(cost) >= 0) {
        level = level.subtract(cost);
        return 0;
      }
      BigInteger[] quotient = cost.subtract(level).divideAndRemainder(messages);
      return quotient[0].add(BigInteger.valueOf(quotient[1].signum())).longValueExact();
    }
  }
}
