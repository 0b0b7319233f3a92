package io.mooring;

import io.mooring.internal.engine.Engine;
import io.mooring.internal.telemetry.Capture;
import io.mooring.internal.telemetry.ClientMetrics;
import io.mooring.internal.telemetry.JmxClient;
import io.mooring.internal.telemetry.KeyLog;
import io.mooring.internal.telemetry.SecretLog;
import io.mooring.internal.telemetry.TapSource;
import io.mooring.internal.telemetry.TelemetryOptions;
import io.mooring.internal.telemetry.TraceSource;
import io.mooring.telemetry.ClientEvents;
import io.mooring.telemetry.MetricsRegistry;
import io.mooring.telemetry.PacketTrace;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who wants to hear of the clients that one builder makes. */
final class TelemetrySettings {
  private static final int MOST_LISTENERS = 8;

  private final List<ClientEvents> events = new ArrayList<>();
  private final List<MetricsRegistry> registries = new ArrayList<>();
  private boolean jmx;
  private @Nullable PacketTrace trace;
  private @Nullable Path capture;
  private @Nullable Path keyLog;

  void add(ClientEvents listener) {
    if (events.size() == MOST_LISTENERS) {
      throw new IllegalArgumentException("a client has at most 8 listeners of events");
    }
    events.add(listener);
  }

  void add(MetricsRegistry registry) {
    if (registries.size() == MOST_LISTENERS) {
      throw new IllegalArgumentException("a client has at most 8 registries of metrics");
    }
    registries.add(registry);
  }

  void jmx() {
    if (ModuleLayer.boot().findModule("java.management").isEmpty()) {
      throw new IllegalStateException(
          "this runtime image has no java.management: add it by jlink --add-modules, or leave out"
              + " jmx()");
    }
    jmx = true;
  }

  void trace(PacketTrace packets) {
    trace = packets;
  }

  void capture(Path file) {
    capture = file;
  }

  void keyLog(Path file) {
    keyLog = file;
  }

  /** What is wanted of one client. */
  Wanted of(Clock clock) {
    return new Wanted(this, clock);
  }

  /** One client's share: begins with it, and ends with it. */
  static final class Wanted {
    private final List<ClientEvents> listeners;
    private final List<TapSource> taps = new ArrayList<>();
    private final List<SecretLog> secrets = new ArrayList<>();
    private final List<Consumer<Engine>> beginnings = new ArrayList<>();
    private final List<Supplier<CompletableFuture<Void>>> endings = new ArrayList<>();

    private Wanted(TelemetrySettings settings, Clock clock) {
      listeners = new ArrayList<>(settings.events);
      for (MetricsRegistry registry : settings.registries) { // no lambda on the way to CONNECT
        metrics(registry);
      }
      if (settings.jmx) {
        jmx(new JmxClient());
      }
      PacketTrace trace = settings.trace;
      if (trace != null) {
        taps.add(new TraceSource(trace, clock));
      }
      Path pcapng = settings.capture;
      Capture capture = pcapng == null ? null : new Capture(pcapng, clock);
      if (capture != null) {
        taps.add(capture);
        secrets.add(capture);
      }
      Path keys = settings.keyLog;
      if (keys != null) {
        KeyLog file = keyLog(keys, capture);
        secrets.add(file);
        ending(file::end);
      }
      for (TapSource tap : taps) {
        endings.add(tap::end);
      }
    }

    /** Without a key log there is no client, which would close the capture's file. */
    private static KeyLog keyLog(Path keys, @Nullable Capture capture) {
      boolean made = false;
      try {
        KeyLog file = new KeyLog(keys);
        made = true;
        return file;
      } finally {
        if (!made && capture != null) {
          capture.close();
        }
      }
    }

    private void metrics(MetricsRegistry registry) {
      ClientMetrics metrics = new ClientMetrics(registry);
      listeners.add(metrics);
      beginnings.add(metrics::begin);
      ending(metrics::end);
    }

    private void jmx(JmxClient client) {
      listeners.add(client);
      beginnings.add(client::begin);
      ending(client::end);
    }

    TelemetryOptions options() {
      return new TelemetryOptions(listeners, taps, secrets);
    }

    /**
     * {@code engine} is the client. Completes when it is closed, and all is written and taken away.
     */
    CompletableFuture<Void> attach(Engine engine) {
      for (Consumer<Engine> beginning : beginnings) {
        beginning.accept(engine);
      }
      return endings.isEmpty() ? engine.closed() : engine.closed().thenCompose(closed -> end());
    }

    /** The client was not made after all, or is closed. */
    CompletableFuture<Void> end() {
      return CompletableFuture.allOf(
          endings.stream().map(Supplier::get).toArray(CompletableFuture<?>[]::new));
    }

    private void ending(Runnable action) {
      endings.add(
          () -> {
            action.run();
            return CompletableFuture.completedFuture(null);
          });
    }
  }
}
