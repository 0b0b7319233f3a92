package io.mooring.it;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionInfo;
import io.mooring.ConnectionState;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.Wire;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many identities in one JVM, as on a gateway, and one broker that they all lose. */
@Timeout(180)
class HerdTest {
  private static final int CLIENTS = 200;

  private static ClientBuilder device(ScriptedBroker broker, int number) {
    return Devices.unheard(broker.port(), broker.identity())
        .clientId("meter-" + number)
        .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())));
  }

  private static ScriptedBroker accepting() throws Exception {
    return ScriptedBroker.builder()
        .bound(Duration.ofSeconds(60))
        .onEveryConnection(Script.accepting())
        .start();
  }

  @Test
  void brokerDropsAllItsClients_theyComeBackSpreadOut() throws Exception {
    Duration spread = Duration.ofSeconds(3);
    ConcurrentLinkedQueue<Long> attempts = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Long> delays = new ConcurrentLinkedQueue<>();
    AtomicInteger connected = new AtomicInteger();
    List<SecureMqttClient> clients = new ArrayList<>();
    try (ScriptedBroker broker = accepting()) {
      try {
        for (int i = 0; i < CLIENTS; i++) {
          clients.add(
              device(broker, i)
                  .reconnect(Reconnect.DEFAULT.withBackOff(spread, Duration.ofSeconds(30)))
                  .listener(
                      state -> {
                        if (state instanceof ConnectionState.Waiting waiting) {
                          delays.add(waiting.delay().toMillis());
                        } else if (state instanceof ConnectionState.Connecting) {
                          attempts.add(System.nanoTime());
                        } else if (state instanceof ConnectionState.Connected) {
                          connected.incrementAndGet();
                        }
                      })
                  .build());
        }
        connectAll(clients);
        assertEquals(CLIENTS, attempts.size(), "one attempt each, and none timed out");
        attempts.clear();

        long lost = System.nanoTime();
        for (Wire wire : broker.connections()) {
          wire.closeAbruptly();
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> connected.get() == 2 * CLIENTS);

        assertEquals(CLIENTS, attempts.size(), "one attempt each");
        int[] perTenth = new int[40];
        for (long at : attempts) {
          int tenth = (int) (NANOSECONDS.toMillis(at - lost) / 100);
          perTenth[Math.min(tenth, perTenth.length - 1)]++;
        }
        int busiest = Arrays.stream(perTenth).max().orElseThrow();
        System.out.printf(
            "%d clients lost their broker at once: at most %d attempts in a tenth of a second%n",
            CLIENTS, busiest);
        assertEquals(CLIENTS, delays.size());
        assertTrue(delays.stream().allMatch(delay -> delay <= spread.toMillis()));
        double mean = delays.stream().mapToLong(Long::longValue).average().orElseThrow();
        assertTrue(mean > 1_100 && mean < 1_900, () -> "the mean delay is " + mean + " ms");
        assertTrue(busiest <= CLIENTS / 2, () -> "attempts in a tenth of a second: " + busiest);
      } finally {
        clients.forEach(SecureMqttClient::close);
      }
    }
  }

  /**
   * A board on which each handshake takes 40 ms of its one worker: a hundred take four times the
   * deadline. Begun all at once, nearly every one of them would pass it, time and again.
   */
  @Test
  void slowWorker_everyClientGetsItsTurnWithinTheDeadline() throws Exception {
    List<SecureMqttClient> clients = new ArrayList<>();
    ConcurrentLinkedQueue<ConnectionState> failures = new ConcurrentLinkedQueue<>();
    try (ScriptedBroker broker = accepting()) {
      try {
        for (int i = 0; i < 100; i++) {
          clients.add(
              device(broker, i)
                  .connectTimeout(Duration.ofSeconds(3))
                  .clock(new SlowClock(Duration.ofMillis(40)))
                  .listener(
                      state -> {
                        if (state instanceof ConnectionState.Disconnected) {
                          failures.add(state);
                        }
                      })
                  .build());
        }
        long begun = System.nanoTime();
        connectAll(clients);
        long took = NANOSECONDS.toMillis(System.nanoTime() - begun);
        assertTrue(took >= 4_000, () -> "the worker was not slow: " + took + " ms");
        assertEquals(List.of(), List.copyOf(failures));
        assertEquals(100, broker.accepted());
      } finally {
        clients.forEach(SecureMqttClient::close);
      }
    }
  }

  /** One broker accepts TCP and says nothing; more clients than it may hold up wait for it. */
  @Test
  void silentBroker_doesNotHoldUpTheClientsOfAnother() throws Exception {
    List<SecureMqttClient> hung = new ArrayList<>();
    try (ScriptedBroker silent = ScriptedBroker.builder().silent().start();
        ScriptedBroker alive = ScriptedBroker.builder().onConnection(Script.accepting()).start();
        SecureMqttClient client = device(alive, 0).connectTimeout(Duration.ofSeconds(5)).build()) {
      try {
        for (int i = 0; i < 100; i++) {
          SecureMqttClient waits = device(silent, i).connectTimeout(Duration.ofSeconds(30)).build();
          hung.add(waits);
          waits.connectAsync();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> silent.accepted() >= 64);
        client.connect();
        assertEquals(64, silent.accepted());
      } finally {
        hung.forEach(SecureMqttClient::close);
      }
    }
  }

  private static void connectAll(List<SecureMqttClient> clients) throws Exception {
    List<CompletableFuture<ConnectionInfo>> connecting =
        clients.stream().map(client -> client.connectAsync().toCompletableFuture()).toList();
    for (CompletableFuture<ConnectionInfo> each : connecting) {
      each.get(120, SECONDS);
    }
  }

  /** Certificates are checked on the worker, by this clock. */
  private static final class SlowClock extends Clock {
    private final Duration pause;

    SlowClock(Duration pause) {
      this.pause = pause;
    }

    @Override
    public Instant instant() {
      long until = System.nanoTime() + pause.toNanos();
      while (System.nanoTime() - until < 0) {
        LockSupport.parkNanos(until - System.nanoTime());
      }
      return Instant.now();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
