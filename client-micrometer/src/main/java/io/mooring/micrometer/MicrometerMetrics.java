package io.mooring.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.mooring.telemetry.Metric;
import io.mooring.telemetry.MetricsRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Brings the numbers of clients to Micrometer:
 *
 * <pre>{@code
 * SecureMqttClient.builder().metrics(MicrometerMetrics.in(registry))
 * }</pre>
 *
 * <p>One adapter serves any number of clients; the tag {@code client} tells them apart, so that
 * each needs a client identifier of its own. Counters and gauges are pulled. A client that is
 * closed takes its meters out of the registry.
 */
public final class MicrometerMetrics implements MetricsRegistry {
  private final MeterRegistry registry;

  private MicrometerMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Meters in {@code registry}. */
  public static MicrometerMetrics in(MeterRegistry registry) {
    return new MicrometerMetrics(Objects.requireNonNull(registry, "registry"));
  }

  @Override
  public Registration counter(Metric metric, LongSupplier value) {
    return new Registered(
        registry,
        FunctionCounter.builder(metric.name(), value, LongSupplier::getAsLong)
            .description(metric.description())
            .baseUnit(metric.unit())
            .tags(tags(metric))
            .register(registry),
        value);
  }

  @Override
  public Registration gauge(Metric metric, LongSupplier value) {
    return new Registered(
        registry,
        Gauge.builder(metric.name(), value, LongSupplier::getAsLong)
            .description(metric.description())
            .baseUnit(metric.unit())
            .tags(tags(metric))
            .register(registry),
        value);
  }

  @Override
  public Timer timer(Metric metric) {
    io.micrometer.core.instrument.Timer meter =
        io.micrometer.core.instrument.Timer.builder(metric.name())
            .description(metric.description())
            .tags(tags(metric))
            .register(registry);
    return new Timer() {
      @Override
      public void record(Duration duration) {
        meter.record(duration);
      }

      @Override
      public void end() {
        registry.remove(meter);
      }
    };
  }

  private static List<Tag> tags(Metric metric) {
    return metric.tags().entrySet().stream()
        .map(tag -> Tag.of(tag.getKey(), tag.getValue()))
        .toList();
  }

  /** Keeps the source too: Micrometer refers to it weakly. */
  private record Registered(MeterRegistry registry, Meter meter, LongSupplier source)
      implements Registration {
    @Override
    public void end() {
      registry.remove(meter);
    }
  }
}
