package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import io.mooring.testkit.MosquittoProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device process that is killed at random instants while it publishes through its outbox. */
@Timeout(180)
class OutboxCrashTest {
  private static final int ROUNDS = 5;
  private static final long SEED = 42;

  @TempDir private Path folder;

  @Test
  void killed_qos1ArrivesAtLeastOnce_qos2ExactlyOnce_inOrder() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Long> accepted = Collections.synchronizedList(new ArrayList<>());
    Map<String, List<Long>> arrived = new LinkedHashMap<>();
    arrived.put("crash/1", Collections.synchronizedList(new ArrayList<>()));
    arrived.put("crash/2", Collections.synchronizedList(new ArrayList<>()));
    try (MosquittoProcess broker =
            MosquittoProcess.builder()
                .user("meter", "secret")
                .option("max_queued_messages 0")
                .start();
        SecureMqttClient peer = peer(broker)) {
      peer.subscribe(
          "crash/#",
          SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE),
          message -> arrived.get(message.topic()).add(Long.parseLong(message.payloadText())));
      peer.connect();
      broker.identity().writeRoot(folder.resolve("ca.pem"));
      long from = 1;
      for (int round = 0; round < ROUNDS; round++) {
        int patience = random.nextInt(50, 1_000);
        from = 1 + run(broker, accepted, from, patience);
      }
      drain(broker, from);
      peer.disconnect().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
    List<Long> first = arrived.get("crash/1");
    List<Long> second = arrived.get("crash/2");
    TreeSet<Long> missing = new TreeSet<>(accepted);
    missing.removeAll(first);
    missing.removeAll(second);
    assertEquals(List.of(), List.copyOf(missing), "accepted and not delivered");
    assertEquals(sorted(first), List.copyOf(new LinkedHashSet<>(first)), "order at QoS 1");
    assertEquals(sorted(second), second, "order at QoS 2, and each once");
    System.out.println(
        "outbox: "
            + ROUNDS
            + " kills, "
            + accepted.size()
            + " accepted, "
            + first.size()
            + " arrived at QoS 1 ("
            + (first.size() - sorted(first).size())
            + " repeated), "
            + second.size()
            + " at QoS 2");
    assertTrue(accepted.size() > ROUNDS, "the device was killed before it did anything");
  }

  private static List<Long> sorted(List<Long> numbers) {
    return List.copyOf(new TreeSet<>(numbers));
  }

  private static SecureMqttClient peer(MosquittoProcess broker) {
    return Devices.at(broker.port(), broker.identity())
        .clientId("peer")
        .authenticate(PasswordAuthentication.of("meter", Secret.of("secret".toCharArray())))
        .build();
  }

  /** Lets the device publish for a while after its first acceptance; the last number it reached. */
  private long run(MosquittoProcess broker, List<Long> accepted, long from, int millis)
      throws Exception {
    Process device = device(broker, from, 0, false);
    long last = from;
    try (BufferedReader said = device.inputReader(StandardCharsets.UTF_8)) {
      boolean started = false;
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.startsWith("accepted ")) {
          last = Long.parseLong(line.substring("accepted ".length()));
          accepted.add(last);
        }
        if (!started && line.startsWith("accepted ")) {
          started = true;
          device
              .onExit()
              .orTimeout(millis, TimeUnit.MILLISECONDS)
              .whenComplete((ended, timeout) -> device.toHandle().destroyForcibly());
        }
      }
    } finally {
      device.destroyForcibly().waitFor();
    }
    return last + 1_000; // some beyond may have been accepted without having said so
  }

  private void drain(MosquittoProcess broker, long from) throws Exception {
    Process device = device(broker, from, 1, true);
    try (BufferedReader said = device.inputReader(StandardCharsets.UTF_8)) {
      assertTrue(said.lines().toList().contains("drained"));
    } finally {
      device.destroyForcibly().waitFor();
    }
  }

  private Process device(MosquittoProcess broker, long from, long count, boolean drain)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            OutboxPublisher.class.getName(),
            "port=" + broker.port(),
            "ca=" + folder.resolve("ca.pem"),
            "outbox=" + folder.resolve("outbox"),
            "client=meter-0042",
            "user=meter",
            "password=secret",
            "topic=crash",
            "from=" + from,
            "count=" + count,
            "drain=" + drain)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
