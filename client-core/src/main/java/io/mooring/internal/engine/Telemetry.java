package io.mooring.internal.engine;

import io.mooring.ConnectionInfo;
import io.mooring.Endpoint;
import io.mooring.error.ClientClosedException;
import io.mooring.error.MooringException;
import io.mooring.internal.session.OutboundPublish;
import io.mooring.outbox.OutboxRecovery;
import io.mooring.telemetry.ClientEvent;
import io.mooring.telemetry.ClientEvents;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Tells the listeners of one client what happens to it. Without a listener every method returns at
 * once and makes nothing. Any thread.
 */
final class Telemetry {
  private static final int LONGEST_NAME = 64;
  private static final EventLane[] NOBODY = {};

  private final String client;
  private final Clock clock;
  private final EventLane[] lanes;

  /** Confined to the event loop. */
  private long attempts;

  /** The attempt under way or live, for what happens beside the loop. */
  private volatile String current;

  Telemetry(EngineOptions options) {
    this(
        options.connect().clientId(),
        options.clock(),
        options.telemetry().listeners(),
        options.callbackExecutor());
  }

  Telemetry(
      String clientId, Clock clock, List<ClientEvents> listeners, @Nullable Executor executor) {
    this.client = named(clientId);
    this.current = client;
    this.clock = clock;
    this.lanes = listeners.isEmpty() ? NOBODY : lanes(listeners, executor, clock);
  }

  /** One that nobody listens to. */
  static Telemetry silent() {
    return new Telemetry("", Clock.systemUTC(), List.of(), null);
  }

  private static EventLane[] lanes(
      List<ClientEvents> listeners, @Nullable Executor executor, Clock clock) {
    EventLane[] made = new EventLane[listeners.size()];
    for (int i = 0; i < made.length; i++) {
      made[i] = new EventLane(listeners.get(i), executor, clock);
    }
    return made;
  }

  /** Whether anybody listens. */
  boolean wanted() {
    return lanes.length > 0;
  }

  /** When, for an event. */
  Instant now() {
    return clock.instant();
  }

  private static String named(String identifier) {
    if (identifier.isEmpty()) {
      return "unassigned-" + Long.toHexString(System.nanoTime());
    }
    int length = Math.min(identifier.length(), LONGEST_NAME);
    StringBuilder name = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      char c = identifier.charAt(i);
      name.append(c > ' ' && !hidden(c) ? c : '?');
    }
    // As a rule the same: then not a second one for as long as the client lives.
    return identifier.contentEquals(name) ? identifier : name.toString();
  }

  private static boolean hidden(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  /** The name of the client, for what belongs to no attempt. */
  String client() {
    return client;
  }

  /** An identifier for an attempt. Loop only. */
  String nextAttempt() {
    return client + "#" + ++attempts;
  }

  /** What is told from now on belongs to {@code attempt}. */
  void attempting(String attempt) {
    current = attempt;
  }

  /** The attempt that what is told belongs to. */
  String attempt() {
    return current;
  }

  /** Hands {@code event} to every listener. */
  void tell(ClientEvent event) {
    for (EventLane lane : lanes) {
      lane.offer(event);
    }
  }

  void connected(Connection live, ConnectionInfo info) {
    if (wanted()) {
      tell(
          new ClientEvent.Connected(
              now(), live.attempt(), live.endpoint(), live.track().times(), info));
      if (live.resending() > 0) {
        tell(
            new ClientEvent.Resending(
                now(), live.attempt(), live.resending(), info.sessionPresent()));
      }
    }
  }

  void failed(Connection attempt, MooringException cause) {
    if (wanted()) {
      AttemptTrack track = attempt.track();
      tell(
          new ClientEvent.AttemptFailed(
              now(), track.id(), attempt.endpoint(), track.times(), track.during(), cause));
    }
  }

  void ended(Connection gone, Duration lasted, @Nullable MooringException cause) {
    if (wanted()) {
      tell(new ClientEvent.ConnectionEnded(now(), gone.attempt(), gone.endpoint(), lasted, cause));
    }
  }

  void retrying(Duration delay, Endpoint broker, int failures) {
    if (wanted()) {
      tell(new ClientEvent.Retrying(now(), current, delay, broker, failures));
    }
  }

  void gaveUp(String attempt, MooringException cause) {
    if (wanted()) {
      tell(new ClientEvent.GaveUp(now(), attempt, cause));
    }
  }

  void outboxOpened(OutboxRecovery recovery) {
    if (wanted()) {
      tell(new ClientEvent.OutboxOpened(now(), client, recovery));
    }
  }

  void publishFailed(OutboundPublish publish, MooringException cause) {
    if (wanted() && !(cause instanceof ClientClosedException)) {
      tell(
          new ClientEvent.PublishFailed(
              now(), current, publish.message().topic(), publish.message().qos(), cause));
    }
  }

  void subscribeRefused(String filter, MooringException cause) {
    if (wanted()) {
      tell(new ClientEvent.SubscribeRefused(now(), current, filter, cause));
    }
  }

  void inboundDropped(String filter, long count) {
    if (wanted()) {
      tell(new ClientEvent.InboundDropped(now(), current, filter, count));
    }
  }

  /** One more was dropped, after {@code before} others. */
  void outboundDropped(boolean oldest, long before) {
    if (wanted() && Long.bitCount(before + 1) == 1) {
      tell(new ClientEvent.OutboundDropped(now(), current, oldest, before + 1));
    }
  }

  /** Reading stopped, or goes on after {@code pausedNanos}. */
  void reading(boolean paused, long pausedNanos) {
    if (wanted()) {
      tell(
          paused
              ? new ClientEvent.ReadingPaused(now(), current)
              : new ClientEvent.ReadingResumed(now(), current, Duration.ofNanos(pausedNanos)));
    }
  }

  /** A rotation held, or failed by {@code cause}. */
  void rotated(@Nullable MooringException cause) {
    if (wanted()) {
      tell(
          cause == null
              ? new ClientEvent.Rotated(now(), current)
              : new ClientEvent.RotationFailed(now(), current, cause));
    }
  }

  void reauthenticated() {
    if (wanted()) {
      tell(new ClientEvent.Reauthenticated(now(), current));
    }
  }

  /** The client is closed. */
  void end() {
    for (EventLane lane : lanes) {
      lane.end(client);
    }
  }
}
