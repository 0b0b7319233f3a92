package io.mooring.telemetry;

import io.mooring.ConnectionInfo;
import io.mooring.Endpoint;
import io.mooring.Qos;
import io.mooring.error.MooringException;
import io.mooring.outbox.OutboxRecovery;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a client. Immutable, and without a secret: no event holds a credential
 * or a payload. More kinds may be added; a listener ignores what it does not know.
 */
public sealed interface ClientEvent {
  /** When, by the client's clock. */
  Instant at();

  /**
   * The connection attempt that it belongs to, such as {@code meter-0042#17}: the same that stands
   * in the records of the log. What belongs to no attempt has the name alone, {@code meter-0042}.
   * The name is the client identifier, shortened to 64 printable characters, or for a client whose
   * identifier the broker assigns {@code unassigned-} and a number.
   */
  String attempt();

  /**
   * A connection was made: the broker is proven, and has accepted the device.
   *
   * @param times what it took
   * @param info what it rests on
   */
  record Connected(
      Instant at, String attempt, Endpoint broker, ConnectionTimes times, ConnectionInfo info)
      implements ClientEvent {}

  /**
   * An attempt failed.
   *
   * @param times what it took until then, the phase that it failed in included
   * @param during the phase that it failed in
   * @param cause why, with what to do about it
   */
  record AttemptFailed(
      Instant at,
      String attempt,
      Endpoint broker,
      ConnectionTimes times,
      ConnectionPhase during,
      MooringException cause)
      implements ClientEvent {}

  /**
   * A connection that had been made is over.
   *
   * @param lasted from CONNACK
   * @param cause why; null if this client ended it
   */
  record ConnectionEnded(
      Instant at,
      String attempt,
      Endpoint broker,
      Duration lasted,
      @Nullable MooringException cause)
      implements ClientEvent {}

  /**
   * The next attempt comes by itself.
   *
   * @param delay until then
   * @param broker where it goes
   * @param failures attempts and connections that failed since the last stable one
   */
  record Retrying(Instant at, String attempt, Duration delay, Endpoint broker, int failures)
      implements ClientEvent {}

  /**
   * The client seeks no connection any more, since no retry cures what happened.
   *
   * @param cause why, with what to do about it
   */
  record GaveUp(Instant at, String attempt, MooringException cause) implements ClientEvent {}

  /**
   * A message will not be delivered: refused by the broker ({@link
   * io.mooring.error.PublishRefusedException}), expired, or not of a kind that the broker takes.
   * What is left when the client is closed makes no event.
   */
  record PublishFailed(Instant at, String attempt, String topic, Qos qos, MooringException cause)
      implements ClientEvent {}

  /**
   * The broker refused a subscription ({@link io.mooring.error.SubscribeRefusedException}), which
   * is over; or one that was to be made again was not sent, as the broker does not offer it, and
   * waits for the next connection.
   */
  record SubscribeRefused(Instant at, String attempt, String filter, MooringException cause)
      implements ClientEvent {}

  /**
   * Messages that an earlier connection left unacknowledged are sent again.
   *
   * @param messages how many, 1 or more
   * @param sessionPresent true if the broker kept the session, so that it knows them for what they
   *     are; false if they go out as new ones
   */
  record Resending(Instant at, String attempt, int messages, boolean sessionPresent)
      implements ClientEvent {}

  /**
   * A flood: a subscription dropped messages of the broker, as its {@link
   * io.mooring.SubscribeOptions.Overflow} says. At the first one, then every 10 s while there are
   * more.
   *
   * @param count how many since this was last said of the subscription
   */
  record InboundDropped(Instant at, String attempt, String filter, long count)
      implements ClientEvent {}

  /**
   * The outbox is full and dropped messages of this client, as its {@link
   * io.mooring.outbox.Overflow} says: at the 1st, 2nd, 4th, 8th and so on.
   *
   * @param oldest true for messages that were kept, false for new ones
   * @param total how many of this kind in the life of the client
   */
  record OutboundDropped(Instant at, String attempt, boolean oldest, long total)
      implements ClientEvent {}

  /** Reading stopped: handlers do not keep up, and the broker waits. */
  record ReadingPaused(Instant at, String attempt) implements ClientEvent {}

  /** The client reads again. */
  record ReadingResumed(Instant at, String attempt, Duration paused) implements ClientEvent {}

  /** A rotation held: the new certificate, credential or trust is in use from now on. */
  record Rotated(Instant at, String attempt) implements ClientEvent {}

  /** A rotation failed: what was in use before is in use again. */
  record RotationFailed(Instant at, String attempt, MooringException cause)
      implements ClientEvent {}

  /** The broker accepted a re-authentication (MQTT 5, section 4.12.1). */
  record Reauthenticated(Instant at, String attempt) implements ClientEvent {}

  /** The outbox was opened. */
  record OutboxOpened(Instant at, String attempt, OutboxRecovery recovery) implements ClientEvent {}

  /**
   * Events were dropped here, because the listener was slower than they came.
   *
   * @param count how many
   */
  record EventsMissed(Instant at, String attempt, long count) implements ClientEvent {}
}
