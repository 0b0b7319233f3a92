package io.mooring.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.testkit.MosquittoProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device process is killed with SIGKILL at random instants while it publishes through its outbox
 * to a live broker. Every message it said was accepted arrives, at QoS 2 exactly once, in order.
 */
@Tag("faults")
@Timeout(1800)
class KillTest {
  private static final long SEED = 20261121L;
  private static final long NUMBERS_A_ROUND = 1_000_000;

  @TempDir private Path folder;

  @Test
  void killedAtRandomInstants_everyAcceptedMessageArrives() throws Exception {
    int rounds = Clients.isLong() ? 1000 : 200;
    SplittableRandom random = new SplittableRandom(SEED);
    Ledger ledger = new Ledger();
    List<String> accepted = new ArrayList<>();
    try (MosquittoProcess broker = Clients.broker();
        SecureMqttClient subscriber =
            Clients.at(broker.port(), broker.identity(), "ledger").build()) {
      subscriber.connect();
      // At QoS 0 the broker hands on at once and in order, so that the ledger shows what came from
      // the device; Mosquitto 2.0.11 loses count of a QoS 2 subscriber's window (its issue 2301).
      subscriber
          .subscribe(
              PublishingDevice.TOPIC, SubscribeOptions.DEFAULT.withQos(Qos.AT_MOST_ONCE), ledger)
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
      Path root = broker.identity().writeRoot(folder.resolve("ca.pem"));
      for (int round = 1; round <= rounds; round++) {
        long first = round * NUMBERS_A_ROUND;
        killAfter(start(broker.port(), root, first, Long.MAX_VALUE), random, accepted);
      }
      // Left alone, the last one drains what they all left, and ends.
      Process last = start(broker.port(), root, (rounds + 1) * NUMBERS_A_ROUND, 0);
      assertTrue(last.waitFor(60, TimeUnit.SECONDS), "the outbox was not drained in 60 s");
      assertEquals(0, last.exitValue());
      ledger.await(accepted);
      ledger.assertOnceAndInOrder();
      long exactlyOnce = accepted.stream().filter(entry -> entry.startsWith("2:")).count();
      System.out.printf(
          "%d rounds of kill -9: %d messages accepted (%d at QoS 2), 0 lost, 0 of QoS 2 twice,"
              + " order kept; %d arrived, %d of QoS 1 more than once%n",
          rounds, accepted.size(), exactlyOnce, ledger.size(), ledger.repeated());
    }
  }

  /**
   * Kills the device within 200 ms after it connected, or, every other time, within 20 ms after one
   * of its first lines, and takes down all that it said before.
   */
  private void killAfter(Process device, SplittableRandom random, List<String> accepted)
      throws IOException, InterruptedException {
    boolean connectsFirst = random.nextBoolean();
    int lines = connectsFirst ? Integer.MAX_VALUE : random.nextInt(1, 200);
    long nanos = TimeUnit.MILLISECONDS.toNanos(connectsFirst ? 200 : 20);
    long delay = random.nextLong(nanos);
    int read = 0;
    try (BufferedReader said = device.inputReader(StandardCharsets.UTF_8)) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.startsWith("accepted ") && line.endsWith(".")) { // else the kill cut it
          accepted.add(line.substring("accepted ".length(), line.length() - 1));
        }
        if (++read == lines || line.equals("connected")) {
          lines = -1;
          // Process.destroyForcibly would close what it said.
          CompletableFuture.delayedExecutor(delay, TimeUnit.NANOSECONDS)
              .execute(() -> device.toHandle().destroyForcibly());
        }
      }
    } finally {
      device.destroyForcibly();
    }
    assertTrue(device.waitFor(10, TimeUnit.SECONDS));
    assertTrue(lines < 0, "the device ended by itself: " + Files.readString(errors()));
  }

  private Path errors() {
    return folder.resolve("stderr");
  }

  private Process start(int port, Path root, long first, long count) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx32m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            PublishingDevice.class.getName(),
            Integer.toString(port),
            root.toString(),
            folder.resolve("outbox").toString(),
            Long.toString(first),
            Long.toString(count))
        .redirectError(ProcessBuilder.Redirect.appendTo(errors().toFile()))
        .start();
  }
}
