package io.mooring.internal.telemetry;

import io.mooring.ClientCounters;
import io.mooring.ConnectionState;
import io.mooring.telemetry.ClientEvent;
import io.mooring.telemetry.ClientEvents;
import io.mooring.telemetry.ConnectionPhase;
import io.mooring.telemetry.ConnectionTimes;
import io.mooring.telemetry.Metric;
import io.mooring.telemetry.MetricsRegistry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** One client's numbers in one registry, from the moment it is built until it is closed. */
public final class ClientMetrics implements ClientEvents {
  private final MetricsRegistry registry;
  private final EventTally tally = new EventTally();
  private final List<MetricsRegistry.Registration> registered = new ArrayList<>();
  private final Map<ConnectionPhase, MetricsRegistry.Timer> phases =
      new EnumMap<>(ConnectionPhase.class);
  private String client = "";
  private boolean over;

  /** Nothing is registered yet. */
  public ClientMetrics(MetricsRegistry registry) {
    this.registry = registry;
  }

  /** Registers all of it. */
  public synchronized void begin(Gauged source) {
    client = source.name();
    Snapshot snapshot = new Snapshot(source);
    outbound(snapshot);
    inbound(snapshot);
    connection(snapshot);
  }

  /** Takes all of it out again. */
  public synchronized void end() {
    over = true;
    registered.forEach(MetricsRegistry.Registration::end);
    registered.clear();
    phases.clear();
  }

  @Override
  public void happened(ClientEvent event) {
    tally.happened(event);
    if (event instanceof ClientEvent.Connected connected) {
      time(connected.times());
    }
  }

  /** Timers are made when there is a time, so that a phase that never comes shows nothing. */
  private synchronized void time(ConnectionTimes times) {
    if (over || client.isEmpty()) {
      return;
    }
    times
        .phases()
        .forEach((phase, took) -> phases.computeIfAbsent(phase, this::timer).record(took));
    phases.computeIfAbsent(ConnectionPhase.TURN, this::timer).record(times.queued());
  }

  private MetricsRegistry.Timer timer(ConnectionPhase phase) {
    String tag = phase == ConnectionPhase.TURN ? "queued" : phase.name().toLowerCase(Locale.ROOT);
    MetricsRegistry.Timer timer =
        registry.timer(
            metric(
                "connection.phase",
                "Phases of the attempts that led to a connection",
                "seconds",
                "phase",
                tag));
    registered.add(timer);
    return timer;
  }

  private void outbound(Snapshot from) {
    String what = "What became of the messages that this client published";
    Results results = new Results(from, "outbound.messages", what);
    results.count("found", all -> all.outbound().found());
    results.count("accepted", all -> all.outbound().accepted());
    results.count("delivered", all -> all.outbound().delivered());
    results.count("failed", all -> all.outbound().failed());
    results.count("dropped_oldest", all -> all.outbound().droppedOldest());
    results.count("dropped_newest", all -> all.outbound().droppedNewest());
    results.count("not_kept", all -> all.outbound().notKept());
    gauge(
        metric("outbound.waiting", "Messages accepted and not over", "messages"),
        () -> from.read(all -> all.outbound().waiting()));
  }

  private void inbound(Snapshot from) {
    String what = "What became of the messages that the broker sent";
    Results results = new Results(from, "inbound.messages", what);
    results.count("received", all -> all.inbound().received());
    results.count("handled", all -> all.inbound().handled());
    results.count("handler_failed", all -> all.inbound().handlerFailures());
    results.count("dropped", all -> all.inbound().dropped());
    results.count("ended", all -> all.inbound().ended());
    results.count("unsolicited", all -> all.inbound().unsolicited());
    results.count("retained_refused", all -> all.inbound().retainedRefused());
    gauge(
        metric("inbound.waiting", "Messages in a queue or with a handler", "messages"),
        () -> from.read(all -> all.inbound().waiting()));
    counter(
        metric("reading.pauses", "How often reading stopped for slow handlers", "pauses"),
        () -> from.read(ClientCounters::readingPauses));
    counter(
        metric("reading.paused", "For how long in all", "milliseconds"),
        () -> from.read(all -> all.readingPaused().toMillis()));
  }

  private void connection(Snapshot from) {
    gauge(
        metric("connection.up", "1 while connected, else 0", "connections"),
        () -> from.state() instanceof ConnectionState.Connected ? 1 : 0);
    String what = "Attempts to connect";
    counter(
        metric("connection.attempts", what, "attempts", "result", "connected"), tally::connected);
    counter(metric("connection.attempts", what, "attempts", "result", "failed"), tally::failed);
    counter(metric("connection.lost", "Connections that were lost", "connections"), tally::lost);
    counter(
        metric("outbound.resent", "Messages sent again over a later connection", "messages"),
        tally::resent);
  }

  private void counter(Metric metric, LongSupplier value) {
    registered.add(registry.counter(metric, value));
  }

  private void gauge(Metric metric, LongSupplier value) {
    registered.add(registry.gauge(metric, value));
  }

  private Metric metric(String name, String description, String unit) {
    return new Metric("mooring." + name, description, unit, Map.of("client", client));
  }

  private Metric metric(String name, String description, String unit, String tag, String value) {
    return new Metric("mooring." + name, description, unit, Map.of("client", client, tag, value));
  }

  /** One counter for each thing that a message can come to. */
  private final class Results {
    private final Snapshot from;
    private final String name;
    private final String description;

    private Results(Snapshot from, String name, String description) {
      this.from = from;
      this.name = name;
      this.description = description;
    }

    private void count(String result, ToLongFunction<ClientCounters> which) {
      counter(metric(name, description, "messages", "result", result), () -> from.read(which));
    }
  }
}
