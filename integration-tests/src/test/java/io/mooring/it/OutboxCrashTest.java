package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.demo.DemoBroker;
import io.mooring.identity.Secret;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.TestIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device process that is killed while it works with its outbox, at two brokers. */
@Timeout(180)
class OutboxCrashTest {
  private static final int ROUNDS = 5;
  private static final long SEED = 42;
  private static final String TOPIC = "plant/7/crash";

  @TempDir private Path folder;

  private enum Kind {
    MOSQUITTO {
      @Override
      Live start() throws Exception {
        MosquittoProcess broker =
            MosquittoProcess.builder()
                .user("meter", "secret")
                .option("max_queued_messages 0")
                .start();
        return new Live(broker.port(), broker.identity(), broker);
      }
    },
    HIVEMQ {
      @Override
      Live start() throws Exception {
        DemoBroker broker =
            DemoBroker.builder().operator("meter", "secret").passwordLogin().start();
        return new Live(broker.port(), broker.identity(), broker);
      }
    };

    abstract Live start() throws Exception;
  }

  private record Live(int port, TestIdentity identity, AutoCloseable broker)
      implements AutoCloseable {
    @Override
    public void close() throws Exception {
      broker.close();
    }
  }

  /** At Mosquitto: HiveMQ CE drops what a subscriber does not take at once, beyond 1,000. */
  @ParameterizedTest
  @EnumSource(value = Kind.class, names = "MOSQUITTO")
  void killed_qos1ArrivesAtLeastOnce_qos2ExactlyOnce_inOrder(Kind kind) throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Long> accepted = new ArrayList<>();
    List<Long> first = Collections.synchronizedList(new ArrayList<>());
    List<Long> second = Collections.synchronizedList(new ArrayList<>());
    try (Live broker = kind.start();
        SecureMqttClient peer = peer(broker)) {
      // At QoS 0 the broker passes on in the order in which it took over, without a window of its
      // own: Mosquitto 2.0.11 loses count of its window (see strictReceiveMaximum).
      peer.subscribe(
          TOPIC + "/#",
          SubscribeOptions.DEFAULT.withQos(Qos.AT_MOST_ONCE),
          message ->
              (message.topic().endsWith("/1") ? first : second)
                  .add(Long.parseLong(message.payloadText())));
      peer.connect();
      long from = 1;
      for (int round = 0; round < ROUNDS; round++) {
        from = 1 + run(broker, accepted, from, random.nextInt(50, 1_000));
      }
      drain(broker, from);
      // The device's last message went the same way as all before it, so they are here.
      long last = from;
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> first.contains(last) || second.contains(last));
      peer.disconnect().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
    TreeSet<Long> missing = new TreeSet<>(accepted);
    missing.removeAll(first);
    missing.removeAll(second);
    assertTrue(missing.isEmpty(), () -> "accepted and not delivered: " + missing.size());
    assertInOrder(List.copyOf(new LinkedHashSet<>(first)), "first arrivals at QoS 1");
    assertInOrder(second, "arrivals at QoS 2, each once");
    System.out.println(
        kind
            + ": "
            + ROUNDS
            + " kills, "
            + accepted.size()
            + " accepted, "
            + first.size()
            + " arrived at QoS 1 ("
            + (first.size() - new TreeSet<>(first).size())
            + " repeated), "
            + second.size()
            + " at QoS 2");
    assertTrue(accepted.size() > ROUNDS, "the device was killed before it did anything");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void killed_inboundQos2_comesAgainUntilAcknowledged_andNeverAfter(Kind kind) throws Exception {
    // HiveMQ sends no more while any of a batch is not acknowledged, so there the last one is kept.
    int acknowledged = kind == Kind.HIVEMQ ? 9 : 5;
    try (Live broker = kind.start();
        SecureMqttClient peer = peer(broker)) {
      peer.connect();
      Process before = subscriber(broker, acknowledged);
      try (BufferedReader said = before.inputReader(StandardCharsets.UTF_8)) {
        assertEquals("new", said.readLine());
        for (int i = 1; i <= 10; i++) {
          command(peer, i);
        }
        for (int i = 1; i <= 10; i++) {
          assertEquals((i <= acknowledged ? "acknowledged " : "kept ") + i, said.readLine());
        }
        assertEquals("settled", said.readLine());
      } finally {
        before.toHandle().destroyForcibly();
        before.waitFor();
      }
      Process after = subscriber(broker, 10);
      try (BufferedReader said = after.inputReader(StandardCharsets.UTF_8)) {
        List<String> heard = new ArrayList<>();
        for (String line = said.readLine();
            line != null && !line.equals("settled");
            line = said.readLine()) {
          heard.add(line);
        }
        // Some come before CONNACK has been told of.
        assertTrue(heard.remove("resumed"), heard::toString);
        assertEquals(
            IntStream.rangeClosed(acknowledged + 1, 10).mapToObj(i -> "acknowledged " + i).toList(),
            heard);
      } finally {
        after.destroyForcibly().waitFor();
      }
    }
  }

  private static void command(SecureMqttClient peer, int number) {
    peer.publishAndWait(
        Message.to(TOPIC + "/command")
            .qos(Qos.EXACTLY_ONCE)
            .payload(Integer.toString(number))
            .build(),
        Duration.ofSeconds(20));
  }

  private static void assertInOrder(List<Long> numbers, String what) {
    for (int i = 1; i < numbers.size(); i++) {
      List<Long> around = numbers.subList(Math.max(0, i - 8), Math.min(numbers.size(), i + 8));
      assertTrue(numbers.get(i) > numbers.get(i - 1), () -> what + ": " + around);
    }
  }

  private static SecureMqttClient peer(Live broker) {
    return Devices.at(broker.port(), broker.identity())
        .clientId("peer")
        .authenticate(PasswordAuthentication.of("meter", Secret.of("secret".toCharArray())))
        .build();
  }

  /** Lets the device publish for a while after its first acceptance; the last number it reached. */
  private long run(Live broker, List<Long> accepted, long from, int millis) throws Exception {
    Process device = publisher(broker, from, 0, false);
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

  private void drain(Live broker, long number) throws Exception {
    Process device = publisher(broker, number, 1, true);
    try (BufferedReader said = device.inputReader(StandardCharsets.UTF_8)) {
      assertTrue(said.lines().toList().contains("drained"));
    } finally {
      device.destroyForcibly().waitFor();
    }
  }

  private Process publisher(Live broker, long from, long count, boolean drain) throws IOException {
    return java(
        OutboxPublisher.class,
        "port=" + broker.port(),
        "ca=" + authority(broker),
        "outbox=" + folder.resolve("outbox"),
        "client=meter-0042",
        "user=meter",
        "password=secret",
        "topic=" + TOPIC,
        "from=" + from,
        "count=" + count,
        "drain=" + drain);
  }

  private Process subscriber(Live broker, int acknowledgeTo) throws IOException {
    return java(
        OutboxSubscriber.class,
        Integer.toString(broker.port()),
        authority(broker).toString(),
        folder.resolve("outbox").toString(),
        TOPIC,
        Integer.toString(acknowledgeTo),
        "10");
  }

  private Path authority(Live broker) throws IOException {
    Path file = folder.resolve("ca.pem");
    return Files.exists(file) ? file : broker.identity().writeRoot(file);
  }

  private static Process java(Class<?> program, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
