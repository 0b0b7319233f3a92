package io.mooring.bridge;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.it.ProgramProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Boards that are not what they say, or do not keep the rules, beside one that does. */
@Timeout(180)
class HostileBoardsTest {
  private static final String RULES =
      """
      [device honest]
      leg = serial
      publish = telemetry/# qos 2
      [device swapped]
      leg = serial
      publish = telemetry/#
      [device flooder]
      leg = serial
      publish = telemetry/# qos 2
      [device narrow]
      leg = serial
      publish = state
      """;

  @TempDir private Path folder;

  @Test
  void swappedUnknownFloodingAndGreedyBoards_areRefusedByName_theHonestOneIsServed()
      throws Exception {
    Path program = BridgeWorld.boardProgram();
    Map<String, Integer> arrived = new ConcurrentHashMap<>();
    Set<String> refused = ConcurrentHashMap.newKeySet();
    try (BridgeWorld world = new BridgeWorld(folder);
        SecureMqttClient operator = world.operator("operator-1")) {
      Path honest = world.key("honest");
      Path swapped = world.key("swapped");
      Path flooder = world.key("flooder");
      Path narrow = world.key("narrow");
      listen(operator, "+/telemetry/#", arrived);
      operator
          .subscribe(
              BridgeWorld.BASE + "/+/bridge/refused",
              m -> refused.add(m.topic() + " " + m.payloadText()))
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
      try (ProgramProcess bridge = world.bridge(world.configuration(RULES))) {
        bridge.await("connected to");
        try (Board good = board(program, world, "a", "honest", honest, "--messages 500");
            Board wrong =
                board(
                    program,
                    world,
                    "b",
                    "swapped",
                    swapped,
                    "--messages 1 --wrong-key --stop-on-refuse");
            Board stranger =
                board(program, world, "c", "nobody", honest, "--messages 1 --stop-on-refuse");
            Board flood =
                board(
                    program,
                    world,
                    "d",
                    "flooder",
                    flooder,
                    "--messages 50 --flood 200 --hold-ms 1000");
            Board greedy = board(program, world, "e", "narrow", narrow, "--messages 5")) {
          assertEquals(4, wrong.await(60), wrong::said);
          assertEquals(4, stranger.await(60), stranger::said);
          assertEquals(0, good.await(60), good::said);
          assertEquals(0, flood.await(60), flood::said);
          assertEquals(0, greedy.await(60), greedy::said);
          assertEquals(500, good.end("accepted"));
          assertEquals(50, flood.end("accepted"));
          assertEquals(5, greedy.end("refused"));
        }
        bridge.await("tty-b: swapped: the board does not hold this device's key");
        bridge.await("tty-c: nobody: no such device is configured");
        bridge.await("flooder gone from " + folder + "/tty-d: it sent frames beyond its credit");
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () -> arrived.keySet().stream().filter(k -> k.contains("honest/")).count() == 500);
        for (int i = 1; i <= 500; i++) {
          assertEquals(1, arrived.get("honest/" + i), "message " + i);
        }
        for (int i = 1; i <= 50; i++) {
          assertEquals(1, arrived.get("flooder/" + i), "message " + i);
        }
        assertTrue(arrived.keySet().stream().noneMatch(k -> k.startsWith("swapped")));
        assertTrue(arrived.keySet().stream().noneMatch(k -> k.startsWith("narrow")));
        assertTrue(
            refused.stream()
                .anyMatch(r -> r.startsWith(BridgeWorld.BASE + "/swapped/bridge/refused")),
            refused::toString);
        assertEquals(0, bridge.stop(), bridge::said);
      }
    }
  }

  /** A bridge that is killed while it works: nothing is lost, and what comes twice says so. */
  @Test
  void bridgeKilled_nothingIsLost_repetitionsCarryTheSameNumber() throws Exception {
    Path program = BridgeWorld.boardProgram();
    Map<String, Integer> arrived = new ConcurrentHashMap<>();
    Set<String> numbers = ConcurrentHashMap.newKeySet();
    try (BridgeWorld world = new BridgeWorld(folder);
        SecureMqttClient operator = world.operator("operator-1")) {
      Path honest = world.key("honest");
      for (String other : new String[] {"swapped", "flooder", "narrow"}) {
        world.key(other);
      }
      operator
          .subscribe(
              BridgeWorld.BASE + "/+/telemetry/#",
              SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE),
              m -> {
                arrived.merge(m.payloadText().strip(), 1, Integer::sum);
                m.message().userProperties().stream()
                    .filter(property -> property.name().equals("bridge-message"))
                    .forEach(property -> numbers.add(property.value()));
              })
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
      Path configuration = world.configuration(RULES);
      int messages = 600;
      try (Board board =
          board(
              program,
              world,
              "a",
              "honest",
              honest,
              "--messages " + messages + " --interval-ms 5")) {
        for (int mark : new int[] {100, 300}) {
          try (ProgramProcess bridge = world.bridge(configuration)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> arrived.size() >= mark);
            bridge.kill();
          }
        }
        try (ProgramProcess bridge = world.bridge(configuration)) {
          assertEquals(0, board.await(120), () -> board.said() + bridge.said());
          await().atMost(Duration.ofSeconds(60)).until(() -> arrived.size() >= messages);
          assertEquals(0, bridge.stop(), bridge::said);
        }
      }
      assertEquals(messages, arrived.size());
      assertEquals(messages, numbers.size());
    }
  }

  private static Board board(
      Path program, BridgeWorld world, String line, String id, Path key, String options)
      throws Exception {
    return Board.start(program, world, line, id, key, options.split(" "));
  }

  private static void listen(SecureMqttClient operator, String filter, Map<String, Integer> arrived)
      throws Exception {
    operator
        .subscribe(
            BridgeWorld.BASE + "/" + filter,
            SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE),
            m -> arrived.merge(m.payloadText().strip(), 1, Integer::sum))
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }
}
