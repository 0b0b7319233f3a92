package io.mooring.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.SecureMqttClient;
import io.mooring.testkit.MosquittoProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device with 32 MB of heap that publishes 200,000 messages of 1 KiB while the broker is away: it
 * stays up, and each message arrives once the broker is there.
 */
@Tag("faults")
@Timeout(600)
class OfflineTest {
  private static final int MESSAGES = 200_000;

  @TempDir private Path folder;

  @Test
  void offlineBacklog_in32MegabytesOfHeap_isKeptAndDelivered() throws Exception {
    BitSet arrived = new BitSet();
    AtomicInteger repeated = new AtomicInteger();
    try (MosquittoProcess broker = Clients.broker();
        SecureMqttClient subscriber =
            Clients.at(broker.port(), broker.identity(), "ledger").build()) {
      subscriber.connect();
      subscriber
          .subscribe(
              OfflineDevice.TOPIC,
              message -> {
                int number = message.message().payloadBuffer().getInt();
                if (arrived.get(number)) {
                  repeated.incrementAndGet();
                }
                arrived.set(number);
              })
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
      Process device = start(broker);
      try (BufferedReader said = device.inputReader(StandardCharsets.UTF_8)) {
        assertEquals("accepted " + MESSAGES, said.readLine());
        assertEquals("drained", said.readLine());
        System.out.println(said.readLine());
      } finally {
        device.destroyForcibly();
      }
      assertTrue(device.waitFor(10, TimeUnit.SECONDS));
      subscriber.disconnect().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
    assertEquals(MESSAGES, arrived.cardinality());
    System.out.println(MESSAGES + " offline messages arrived; repeated: " + repeated);
  }

  private Process start(MosquittoProcess broker) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx32m",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            OfflineDevice.class.getName(),
            Integer.toString(broker.port()),
            broker.identity().writeRoot(folder.resolve("ca.pem")).toString(),
            folder.resolve("outbox").toString(),
            Integer.toString(MESSAGES))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
