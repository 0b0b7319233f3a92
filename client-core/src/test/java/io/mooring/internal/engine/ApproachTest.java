package io.mooring.internal.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.mooring.ConnectionState;
import io.mooring.Endpoint;
import io.mooring.Reconnect;
import io.mooring.error.InternalFaultException;
import io.mooring.error.MooringException;
import io.mooring.internal.session.ConnectOptions;
import io.mooring.internal.telemetry.StreamTap;
import io.mooring.internal.telemetry.TapSource;
import io.mooring.internal.telemetry.TelemetryOptions;
import io.mooring.tls.TlsPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attempts that fail while their link is made. */
@Timeout(60)
class ApproachTest {
  private final Logger log = Logger.getLogger("io.mooring");
  private final BlockingQueue<MooringException> failures = new LinkedBlockingQueue<>();

  @BeforeEach
  void silence() {
    log.setLevel(Level.OFF);
  }

  @AfterEach
  void speak() {
    log.setLevel(null);
  }

  /** Asked for once in each attempt, when its link is made. */
  private record BrokenTap(Throwable cause) implements TapSource {
    @Override
    public StreamTap tap(String attempt, Endpoint broker) {
      if (cause instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) cause;
    }

    @Override
    public CompletableFuture<Void> end() {
      return CompletableFuture.completedFuture(null);
    }
  }

  private void told(ConnectionState state) {
    if (state instanceof ConnectionState.Waiting waiting) {
      failures.add(waiting.cause());
    }
  }

  private EngineOptions options(TapSource tap) {
    return new EngineOptions(
        new Dialling(
            List.of(Endpoint.parse("mqtts://127.0.0.1")),
            Duration.ofMinutes(10), // an attempt that nobody ends outlives this test
            Reconnect.DEFAULT.withBackOff(Duration.ofMillis(10), Duration.ofMillis(10)),
            false,
            null),
        TlsPolicy.systemRoots(),
        null,
        null,
        null,
        new ConnectOptions(
            "meter-0042",
            true,
            60,
            3_600,
            10,
            true,
            false,
            65_536,
            0,
            0,
            false,
            true,
            List.of(),
            null,
            null,
            null),
        TopicGuard.withoutPolicy(false),
        null,
        10,
        1_024,
        null,
        10,
        1_024,
        this::told,
        null,
        Clock.systemUTC(),
        new TelemetryOptions(List.of(), List.of(tap), List.of()));
  }

  static Stream<Throwable> faults() {
    return Stream.of(
        new IllegalStateException("a fault of ours"),
        new NoClassDefFoundError("a class that the image misses"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void link_cannotBeOpened_endsTheAttemptAtOnce_andTheNextOneIsMade(Throwable cause)
      throws Exception {
    Engine engine = new Engine(options(new BrokenTap(cause)), null);
    try {
      engine.start();
      for (int attempt = 1; attempt <= 3; attempt++) {
        MooringException told = failures.poll(30, SECONDS);
        assertSame(cause, assertInstanceOf(InternalFaultException.class, told).getCause());
      }
    } finally {
      engine.close().get(10, SECONDS);
    }
  }
}
