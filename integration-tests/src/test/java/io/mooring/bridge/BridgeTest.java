package io.mooring.bridge;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.MessageHandler;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.it.ProgramProcess;
import io.mooring.testkit.ListeningSockets;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole way: the firmware's C code on a pseudo terminal, the bridge in a process of its own,
 * HiveMQ CE with SCRAM over TLS, and somebody who listens and commands. Both links are cut while
 * they work, the line is noisy, and old frames are played again; on other lines a swapped board
 * knocks and a third floods. Every message arrives once, and what is refused is named.
 */
@Timeout(600)
class BridgeTest {
  private static final String DEVICE = "meter-01";
  private static final String RULES =
      """
      [device meter-01]
      leg = serial
      publish = telemetry/# qos 2
      publish = response qos 1
      subscribe = command/+ qos 1
      [device swapped]
      leg = serial
      publish = telemetry/#
      [device flooder]
      leg = serial
      publish = telemetry/# qos 2
      """;

  private static final int AT_ONCE = 100;
  private static final int OF_THE_FLOODER = 200;

  @TempDir private Path folder;

  @Test
  void hundredsEachWay_cutsNoiseReplaysHostileBoards_everyMessageOnce() throws Exception {
    bothWays(400, 2, 60);
  }

  @Test
  @Tag("faults")
  void tenThousandEachWay_cutsNoiseReplaysHostileBoards_everyMessageOnce() throws Exception {
    bothWays(10_000, 4, 300);
  }

  private void bothWays(int messages, int mostCuts, long seconds) throws Exception {
    Path program = BridgeWorld.boardProgram();
    Map<String, Integer> arrived = new ConcurrentHashMap<>();
    Set<String> reports = ConcurrentHashMap.newKeySet();
    try (BridgeWorld world = new BridgeWorld(folder);
        SecureMqttClient operator = world.operator("operator-1")) {
      Path key = world.key(DEVICE);
      Path swappedKey = world.key("swapped");
      Path flooderKey = world.key("flooder");
      subscribe(
          operator, "+/telemetry/#", m -> arrived.merge(m.payloadText().strip(), 1, Integer::sum));
      subscribe(operator, "+/bridge/#", m -> reports.add(m.topic() + " " + m.payloadText()));
      try (ProgramProcess bridge = world.bridge(world.configuration(RULES))) {
        bridge.await("connected to");
        assertEquals(List.of(), ListeningSockets.ofProcess(bridge.pid()));
        try (Board board = faultyBoard(program, world, key, messages);
            Board swapped = swappedBoard(program, world, swappedKey);
            Board flooder = floodingBoard(program, world, flooderKey)) {
          bridge.await("Device " + DEVICE + " on");
          bridge.await(DEVICE + " is sent command/+ from now on");
          int cuts = 0;
          int sent = 0;
          while (sent < messages) {
            // HiveMQ queues 1,000 messages for a client that is away, and drops what comes then.
            command(operator, sent + 1, Math.min(messages, sent + AT_ONCE));
            sent = Math.min(messages, sent + AT_ONCE);
            int mark = sent - AT_ONCE / 2;
            await()
                .atMost(Duration.ofSeconds(seconds))
                .until(() -> board.commands().size() >= mark || board.hasEnded());
            if (cuts < mostCuts && sent > messages * (cuts + 1) / (mostCuts + 1)) {
              world.proxy().reset();
              cuts++;
            }
          }
          assertEquals(mostCuts, cuts);
          assertEquals(0, board.await(seconds), board::said);
          assertEquals(0, flooder.await(seconds), flooder::said);
          assertEquals(4, swapped.await(seconds), swapped::said);
          assertCounts(board, messages, seconds, arrived);
          assertEquals(OF_THE_FLOODER, flooder.end("accepted"), flooder::said);
          assertTrue(board.end("replayed") > 0 && board.end("corrupted") > 0, board::said);
        }
        assertEquals(List.of(), ListeningSockets.ofProcess(bridge.pid()));
        bridge.await("tty-b: swapped: the board does not hold this device's key");
        bridge.await("flooder gone from " + folder + "/tty-c: it sent frames beyond its credit");
        assertTrue(
            reports.stream().anyMatch(r -> r.contains("/swapped/bridge/refused ")),
            reports::toString);
        assertTrue(
            reports.stream()
                .anyMatch(
                    r ->
                        r.contains("/bridge/link {\"online\":true,\"lastSeen\":\"2")
                            && r.contains("\"quality\":")),
            reports::toString);
        assertEquals(0, bridge.stop(), bridge::said);
      }
    }
  }

  private static Board faultyBoard(Path program, BridgeWorld world, Path key, int messages)
      throws Exception {
    return Board.start(
        program,
        world,
        "a",
        DEVICE,
        key,
        ("--messages %d --expect %d --state %s --cut-every-ms 1500 --cut-for-ms 100"
                + " --corrupt-every 40 --corrupt-in-every 45 --drop-every 60 --noise-every 50"
                + " --replay-every 20 --deadline-s 300")
            .formatted(messages, messages, world.folder().resolve("board.state"))
            .split(" "));
  }

  private static Board swappedBoard(Path program, BridgeWorld world, Path key) throws Exception {
    return Board.start(
        program, world, "b", "swapped", key, "--messages", "1", "--wrong-key", "--stop-on-refuse");
  }

  private static Board floodingBoard(Path program, BridgeWorld world, Path key) throws Exception {
    return Board.start(
        program,
        world,
        "c",
        "flooder",
        key,
        "--messages %d --flood 200 --hold-ms 1000".formatted(OF_THE_FLOODER).split(" "));
  }

  private static void command(SecureMqttClient operator, int first, int last) {
    for (int i = first; i <= last; i++) {
      operator.publish(
          Message.to(BridgeWorld.BASE + "/" + DEVICE + "/command/do")
              .payload("c" + i)
              .correlationData(ByteBuffer.allocate(Integer.BYTES).putInt(i).array())
              .build());
    }
  }

  private static void assertCounts(
      Board board, int messages, long seconds, Map<String, Integer> arrived) throws Exception {
    assertEquals(messages, board.end("accepted"), board::said);
    assertEquals(0, board.end("refused"));
    List<String> commands = board.commands();
    assertEquals(
        IntStream.rangeClosed(1, messages).mapToObj(i -> "c" + i).sorted().toList(),
        commands.stream().sorted().toList());
    await()
        .atMost(Duration.ofSeconds(seconds))
        .untilAsserted(() -> assertEquals(messages + OF_THE_FLOODER, arrived.size()));
    for (int i = 1; i <= messages; i++) {
      assertEquals(1, arrived.get(DEVICE + "/" + i), "message " + i);
    }
    for (int i = 1; i <= OF_THE_FLOODER; i++) {
      assertEquals(1, arrived.get("flooder/" + i), "message " + i + " of the flooder");
    }
  }

  private static void subscribe(SecureMqttClient operator, String filter, MessageHandler handler)
      throws Exception {
    operator
        .subscribe(
            BridgeWorld.BASE + "/" + filter,
            SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE),
            handler)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }
}
