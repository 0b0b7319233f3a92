package io.mooring.internal.telemetry;

import io.mooring.telemetry.ConnectionPhase;
import java.util.EnumMap;
import java.util.Map;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * One connection attempt in a flight recording. Loaded only while a recording exists: its
 * supertypes may not be there at all. Guarded by its user.
 */
public final class FlightAttempt {
  private final String attempt;
  private final String broker;
  private final Map<ConnectionPhase, Phase> open = new EnumMap<>(ConnectionPhase.class);
  private final Attempt whole = new Attempt();

  /** An attempt that begins now. */
  public FlightAttempt(String attempt, String broker) {
    this.attempt = attempt;
    this.broker = broker;
    whole.begin();
  }

  /** {@code phase} begins. */
  public void begin(ConnectionPhase phase) {
    Phase event = new Phase();
    event.begin();
    open.put(phase, event);
  }

  /** {@code phase} is over and turned out to be {@code as}. */
  public void end(ConnectionPhase phase, ConnectionPhase as, boolean succeeded) {
    Phase event = open.remove(phase);
    if (event != null && event.shouldCommit()) {
      event.attempt = attempt;
      event.broker = broker;
      event.phase = as.name();
      event.succeeded = succeeded;
      event.commit();
    }
  }

  /**
   * The attempt is over.
   *
   * @param failure the class of the error, or null
   */
  public void end(long queuedNanos, @Nullable String failure) {
    if (whole.shouldCommit()) {
      whole.attempt = attempt;
      whole.broker = broker;
      whole.queued = queuedNanos;
      whole.failure = failure;
      whole.commit();
    }
  }

  @Name("io.mooring.ConnectionPhase")
  @Label("MQTT Connection Phase")
  @Category("Mooring")
  @Description("One phase of a connection attempt, waiting for the worker included")
  @StackTrace(false)
  static final class Phase extends Event {
    @Label("Attempt")
    @Nullable String attempt;

    @Label("Broker")
    @Nullable String broker;

    @Label("Phase")
    @Nullable String phase;

    @Label("Succeeded")
    boolean succeeded;
  }

  @Name("io.mooring.ConnectionAttempt")
  @Label("MQTT Connection Attempt")
  @Category("Mooring")
  @Description("A connection attempt from its beginning to a session, or to its failure")
  @StackTrace(false)
  static final class Attempt extends Event {
    @Label("Attempt")
    @Nullable String attempt;

    @Label("Broker")
    @Nullable String broker;

    @Label("Queued")
    @Description("Waiting for the turn and for the worker thread of this process")
    @Timespan(Timespan.NANOSECONDS)
    long queued;

    @Label("Failure")
    @Description("The class of the error, or null")
    @Nullable String failure;
  }
}
