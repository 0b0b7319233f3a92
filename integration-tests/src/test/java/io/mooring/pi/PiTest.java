package io.mooring.pi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.ReceivedMessage;
import io.mooring.SecureMqttClient;
import io.mooring.it.ProgramProcess;
import io.mooring.outbox.Outbox;
import io.mooring.outbox.OutboxContents;
import io.mooring.testkit.ListeningSockets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Raspberry Pi example as a process, with simulated hardware, against HiveMQ CE. */
@Timeout(180)
class PiTest {
  @TempDir private Path folder;
  private PiWorld world;
  private SecureMqttClient operator;
  private final Map<String, BlockingQueue<ReceivedMessage>> seen = new ConcurrentHashMap<>();
  private int questions;

  @BeforeEach
  void start() throws Exception {
    world = new PiWorld(folder);
    connectOperator();
  }

  @AfterEach
  void stop() throws Exception {
    operator.close();
    world.close();
  }

  @Test
  void day_ofADevice() throws Exception {
    Path settings = world.settings("interval = 1");
    try (ProgramProcess pi = start(settings)) {
      // Who is there, and what it measures.
      assertEquals("online", await("state").payloadText());
      String about = await("about").payloadText();
      assertTrue(about.startsWith("{\"board\":\"simulated\","), about);
      assertTrue(await("telemetry/cpu").payloadText().contains("\"celsius\":"));
      assertTrue(await("telemetry/climate").payloadText().contains("\"hectopascal\":"));
      assertTrue(await("telemetry/probes").payloadText().startsWith("{\"28-000000000001\":"));
      pi.await("Subscribed to commands");

      // Commands: obeyed, and what follows from them told.
      assertEquals("ok: led is on (simulated)", command("led", "on"));
      assertEquals("{\"pressed\":true}", await("event/button").payloadText());
      assertTrue(command("read", "").startsWith("ok: {\"cpu\":{\"celsius\":"));
      assertEquals(
          "ok: interval 1 s, command-deadline 5 s, keep-readings 86400 s", command("settings", ""));

      // Unknown, malformed, retained: answered, not obeyed.
      assertEquals(
          "error: unknown command 'reboot'; known: led, interval, read, settings",
          command("reboot", "now"));
      assertEquals(
          "error: interval takes whole seconds from 1 to 3600, not '0'", command("interval", "0"));
      assertEquals("error: led takes on or off, not 'o'", command("led", "o"));
      assertEquals("error: a retained command is not obeyed", command(true, "interval", "3600"));

      // A change of the file is taken over, and what takes a restart is said.
      world.settings("interval = 2", "command-deadline = 3", "led = 17");
      assertEquals(
          "Settings read again: interval 2 s, command-deadline 3 s, keep-readings 86400 s."
              + " These take a restart: led",
          pi.await("Settings read again"));
      assertEquals(
          "ok: interval 2 s, command-deadline 3 s, keep-readings 86400 s", command("settings", ""));
      world.settings("interval = soon");
      String refused = pi.await("Settings not taken over");
      assertTrue(
          refused.endsWith(
              settings + ":7: interval takes whole seconds from 1 to 3600, not 'soon'"),
          refused);

      assertEquals(List.of(), ListeningSockets.ofProcess(pi.pid()));

      seen.clear();
      assertEquals(0, pi.terminate(), pi::said);
      assertEquals("offline", await("state").payloadText());
    }
  }

  @Test
  void brokersRestart_losesNoReading_andCommandsWorkAgain() throws Exception {
    try (ProgramProcess pi = start(world.settings("interval = 1"))) {
      pi.await("Subscribed to commands");
      command("led", "on");
      operator.close();

      world.restartBroker(() -> pi.await("Next attempt in", 2));

      connectOperator();
      pi.await("Connected to", 2);
      assertEquals("online", await("state").payloadText());
      // The light was switched on before the outage, so the event is that of switching it off.
      assertEquals("ok: led is off (simulated)", command("led", "off"));
      assertEquals(
          "error: unknown command 'reboot'; known: led, interval, read, settings",
          command("reboot", ""));
      assertFalse(pi.said().contains("FAILED"), pi::said);
      assertEquals(0, pi.terminate(), pi::said);
    }
  }

  @Test
  void powerCutWithoutABroker_losesNoReading() throws Exception {
    Path settings = world.settings("interval = 1");
    Path outbox = folder.resolve("outbox");
    operator.close();
    world.restartBroker(
        () -> {
          try (ProgramProcess pi = start(settings)) {
            pi.await("Next attempt in");
            long before = size(outbox);
            Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .until(() -> size(outbox) > before + 1000);
            pi.kill();
          }
        });
    OutboxContents held = Outbox.in(outbox).inspect();
    connectOperator();

    try (ProgramProcess pi = start(world.settings("interval = 3600"))) {
      pi.await("Connected to");
      for (OutboxContents.Entry kept : held.entries()) {
        await(kept.topic().substring(PiWorld.TOPICS.length()));
      }
      assertTrue(held.messages() >= 3, held::toString);
      assertEquals(0, pi.terminate(), pi::said);
    }
  }

  @Test
  void deviceThatIsCutOff_isSaidToBeOffline_byItsWill() throws Exception {
    try (ProgramProcess pi = start(world.settings("interval = 3600"))) {
      assertEquals("online", await("state").payloadText());
      pi.kill();
      assertEquals("offline", await("state").payloadText());
    }
  }

  @Test
  void wrongSettings_endWith2_andCheckSaysWhatIsWrong() throws Exception {
    Path settings = world.settings("interval = 0", "colour = red");
    try (ProgramProcess pi = start(settings, "--check")) {
      assertEquals(2, pi.exit());
      pi.await(settings + ":7: interval takes whole seconds from 1 to 3600, not '0'");
      pi.await(settings + ":8: there is no setting 'colour'");
    }
    try (ProgramProcess pi = start(world.settings(), "--check")) {
      assertEquals(0, pi.exit());
      pi.await("The settings are in order");
    }
  }

  private static long size(Path outbox) throws IOException {
    try (Stream<Path> files = Files.walk(outbox)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private ProgramProcess start(Path settings, String... more) throws Exception {
    String[] arguments = new String[2 + more.length];
    arguments[0] = "--config";
    arguments[1] = settings.toString();
    System.arraycopy(more, 0, arguments, 2, more.length);
    return PiWorld.start(folder, Map.of(), arguments);
  }

  private void connectOperator() {
    seen.clear();
    operator = world.operator("control-room");
    operator
        .subscribe(PiWorld.TOPICS + "#", message -> on(message.topic()).add(message))
        .toCompletableFuture()
        .join();
  }

  private String command(String name, String payload) throws InterruptedException {
    return command(false, name, payload);
  }

  private String command(boolean retain, String name, String payload) throws InterruptedException {
    byte[] correlation = ("question " + questions++).getBytes(StandardCharsets.UTF_8);
    operator
        .publish(
            Message.to(PiWorld.TOPICS + "command/" + name)
                .payload(payload)
                .retain(retain)
                .responseTopic(PiWorld.TOPICS + "response/control-room")
                .correlationData(correlation)
                .build())
        .delivered()
        .toCompletableFuture()
        .join();
    ReceivedMessage answer = await("response/control-room");
    assertArrayEquals(correlation, answer.message().correlationData());
    return answer.payloadText();
  }

  /** The next message on a topic of the device; those on other topics wait for their turn. */
  private ReceivedMessage await(String topic) throws InterruptedException {
    ReceivedMessage next = on(PiWorld.TOPICS + topic).poll(40, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing on " + topic);
    }
    return next;
  }

  private BlockingQueue<ReceivedMessage> on(String topic) {
    return seen.computeIfAbsent(topic, name -> new LinkedBlockingQueue<>());
  }
}
