package io.mooring;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how a client goes on by itself after a connection was lost or could not be made.
 * Immutable.
 *
 * <p>The delay before attempt <i>n</i> after a failure is drawn evenly from zero to {@code min(cap,
 * base * 2^n)} ("full jitter"), so that a thousand devices that lost one broker come back spread
 * out, and a broker that stays away is asked less and less often. The bound starts anew only once a
 * connection has lasted {@link #stableAfter}: a broker that accepts and drops is not hammered. With
 * several brokers the bound doubles once a round, not once a broker.
 *
 * <p>What no retry cures is not tried again: see {@link ConnectionState.Stopped}.
 */
public final class Reconnect {
  /** On; 1 s doubling to 2 min, stable after 30 s, fail-back looked for every 15 min. */
  public static final Reconnect DEFAULT =
      new Reconnect(
          true,
          Duration.ofSeconds(1),
          Duration.ofMinutes(2),
          Duration.ofSeconds(30),
          Duration.ofMinutes(15));

  private static final Reconnect NONE =
      new Reconnect(false, DEFAULT.base, DEFAULT.cap, DEFAULT.stableAfter, DEFAULT.failBackEvery);

  private static final Duration MIN_BASE = Duration.ofMillis(10);
  private static final Duration MAX_CAP = Duration.ofHours(24);
  private static final Duration MIN_STABLE = Duration.ofMillis(100);
  private static final Duration MAX_STABLE = Duration.ofHours(1);
  private static final Duration MIN_FAIL_BACK = Duration.ofSeconds(1);

  private final boolean automatic;
  private final Duration base;
  private final Duration cap;
  private final Duration stableAfter;
  private final @Nullable Duration failBackEvery;

  private Reconnect(
      boolean automatic,
      Duration base,
      Duration cap,
      Duration stableAfter,
      @Nullable Duration failBackEvery) {
    this.automatic = automatic;
    this.base = base;
    this.cap = cap;
    this.stableAfter = stableAfter;
    this.failBackEvery = failBackEvery;
  }

  /**
   * Never by itself: {@link SecureMqttClient#connect} makes one connection, and its loss is only
   * told. For programs that do their own reconnecting, and for commands that run once.
   */
  public static Reconnect none() {
    return NONE;
  }

  /**
   * This policy with other bounds of the delay.
   *
   * @param first bound of the first delay, 10 ms to {@code longest}; default 1 s
   * @param longest bound of every delay, up to 24 h; default 2 min
   */
  public Reconnect withBackOff(Duration first, Duration longest) {
    inRange("the first back-off", first, MIN_BASE, longest);
    inRange("the longest back-off", longest, first, MAX_CAP);
    return new Reconnect(automatic, first, longest, stableAfter, failBackEvery);
  }

  /**
   * This policy with another span after which a connection counts as stable: back-off then starts
   * anew, and the next search for a broker begins at the first one.
   *
   * @param span 100 ms to 1 h; default 30 s
   */
  public Reconnect withStableAfter(Duration span) {
    inRange("stableAfter", span, MIN_STABLE, MAX_STABLE);
    return new Reconnect(automatic, base, cap, span, failBackEvery);
  }

  /**
   * This policy with another interval of fail-back. While connected to any broker but the first,
   * the client looks about so often (half to one and a half times the interval, at random) whether
   * a broker named before it can be reached and verified by TLS, and only then moves there with a
   * normal DISCONNECT.
   *
   * @param interval 1 s to 24 h; default 15 min
   */
  public Reconnect withFailBack(Duration interval) {
    inRange("the fail-back interval", interval, MIN_FAIL_BACK, MAX_CAP);
    return new Reconnect(automatic, base, cap, stableAfter, interval);
  }

  /** This policy without leaving a working connection: fail-back comes with the next loss. */
  public Reconnect withoutFailBack() {
    return new Reconnect(automatic, base, cap, stableAfter, null);
  }

  /** False for {@link #none}. */
  public boolean isAutomatic() {
    return automatic;
  }

  /** Bound of the first delay. */
  public Duration base() {
    return base;
  }

  /** Bound of every delay. */
  public Duration cap() {
    return cap;
  }

  /** How long a connection has to last for the back-off to start anew. */
  public Duration stableAfter() {
    return stableAfter;
  }

  /** About how often a better broker is looked for while connected, or null for never. */
  public @Nullable Duration failBackEvery() {
    return failBackEvery;
  }

  private static void inRange(String what, Duration value, Duration low, Duration high) {
    Objects.requireNonNull(value, what);
    if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
      throw new IllegalArgumentException(what + " is " + low + " to " + high + "; got " + value);
    }
  }

  /** The settings, for a log. */
  @Override
  public String toString() {
    return automatic
        ? "Reconnect[back-off "
            + base
            + " to "
            + cap
            + ", stable after "
            + stableAfter
            + (failBackEvery == null ? "" : ", fail-back every " + failBackEvery)
            + "]"
        : "Reconnect[none]";
  }
}
