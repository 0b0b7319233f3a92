package io.mooring.bridge;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.MessageHandler;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import io.mooring.it.ProgramProcess;
import io.mooring.testkit.ListeningSockets;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.tls.TlsPolicy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The local leg: Mosquitto on the closed side, HiveMQ with SCRAM in the cloud, no loop between. */
@Timeout(300)
class LocalLegTest {
  private static final String DEVICES =
      """
      leg = local
      publish = telemetry/#
      publish = state retain yes
      subscribe = command/+
      """;

  @TempDir private Path folder;

  @Test
  void overTls_bothWays_andNothingLoops() throws Exception {
    try (MosquittoProcess mosquitto = mosquitto().start();
        BridgeWorld world = new BridgeWorld(folder)) {
      world.localKeystore(mosquitto.identity());
      Files.writeString(folder.resolve("local-password"), "bridge password");
      String local =
          "[local]\nbroker = mqtts://localhost:%d\nkeystore = local.p12\nstorepass-file = storepass\nuser = bridge\npassword-file = local-password\n"
              .formatted(mosquitto.port());
      bothWays(
          world,
          mosquitto,
          local,
          "cam-01 may publish telemetry/# from now on",
          "cam-01 may publish state from now on");
    }
  }

  @Test
  void inPlaintext_byName_bothWays_andSaidAloud() throws Exception {
    int port = freePort();
    try (MosquittoProcess mosquitto =
            mosquitto().listenerOption("listener " + port + " 127.0.0.1").start();
        BridgeWorld world = new BridgeWorld(folder)) {
      Files.writeString(folder.resolve("local-password"), "bridge password");
      String local =
          "[local]\nbroker = mqtt://localhost:%d\nplaintext = closed-network\nuser = bridge\npassword-file = local-password\n"
              .formatted(port);
      bothWays(world, mosquitto, local, "WARNING: the local leg to localhost:" + port);
    }
  }

  private static MosquittoProcess.Builder mosquitto() {
    return MosquittoProcess.builder().user("bridge", "bridge password").user("cam", "cam password");
  }

  private void bothWays(BridgeWorld world, MosquittoProcess mosquitto, String local, String... said)
      throws Exception {
    Map<String, Integer> up = new ConcurrentHashMap<>();
    Map<String, Integer> down = new ConcurrentHashMap<>();
    try (SecureMqttClient operator = world.operator("operator-1");
        SecureMqttClient camera = camera(mosquitto);
        ProgramProcess bridge =
            world.bridge(world.configurationWithoutSerial(local, "[device cam-01]\n" + DEVICES))) {
      subscribe(operator, "plant/7/cam-01/#", m -> count(up, m.topic(), m.payloadText()));
      subscribe(camera, "site/cam-01/#", m -> count(down, m.topic(), m.payloadText()));
      bridge.await("connected to");
      bridge.await("local broker connected");
      bridge.await("cam-01 is sent command/+ from now on");
      for (String filter : said) {
        bridge.await(filter);
      }
      for (int i = 0; i < 100; i++) {
        camera.publish("site/cam-01/telemetry/t", "t" + i);
        operator.publish("plant/7/cam-01/command/do", "c" + i);
      }
      camera.publish("site/cam-02/telemetry/t", "of another");
      camera.publish("site/cam-01/secret", "not on the list");
      camera.publish(
          Message.to("site/cam-01/telemetry/loop")
              .payload("x")
              .userProperty("mooring-bridge-hops", "gw-00,gw-01")
              .build());
      camera.publish(Message.to("site/cam-01/state").payload("on").retain(true).build());
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                for (int i = 0; i < 100; i++) {
                  assertEquals(1, up.get("plant/7/cam-01/telemetry/t t" + i), "up " + i);
                  assertEquals(
                      1,
                      down.get("site/cam-01/command/do c" + i),
                      "down " + i + " " + bridge.said());
                }
                assertEquals(1, up.get("plant/7/cam-01/state on"));
              });
      bridge.await("Loop broken: telemetry/loop of cam-01");
      assertTrue(up.keySet().stream().noneMatch(k -> k.contains("secret") || k.contains("loop")));
      assertTrue(up.keySet().stream().noneMatch(k -> k.contains("another")));
      assertEquals(List.of(), ListeningSockets.ofProcess(bridge.pid()));
      assertEquals(0, bridge.stop(), bridge::said);
    }
  }

  @Test
  void twentyDevices_eachOnItsOwnConnection() throws Exception {
    manyDevices(20, 60);
  }

  @Test
  @Tag("faults")
  @EnabledIfSystemProperty(named = "mooring.faults", matches = "long")
  void thousandDevices_eachOnItsOwnConnection_inOneJvm() throws Exception {
    manyDevices(1000, 240);
  }

  private void manyDevices(int count, long seconds) throws Exception {
    Set<String> up = ConcurrentHashMap.newKeySet();
    Set<String> down = ConcurrentHashMap.newKeySet();
    try (MosquittoProcess mosquitto = mosquitto().start();
        BridgeWorld world = new BridgeWorld(folder)) {
      world.localKeystore(mosquitto.identity());
      Files.writeString(folder.resolve("local-password"), "bridge password");
      for (int i = 1; i <= count; i++) {
        world.deviceKeystore("cam-" + number(i));
      }
      String config =
          "[local]\nbroker = mqtts://localhost:%d\nkeystore = local.p12\nstorepass-file = storepass\nuser = bridge\npassword-file = local-password\n[device cam-[0001-%s]]\n%s"
              .formatted(mosquitto.port(), number(count), DEVICES);
      try (SecureMqttClient operator = world.operator("operator-1");
          SecureMqttClient camera = camera(mosquitto);
          ProgramProcess bridge = world.bridge(world.configurationPerDevice(config))) {
        subscribe(operator, "plant/7/+/telemetry/#", m -> up.add(m.topic()));
        subscribe(camera, "site/+/command/#", m -> down.add(m.topic()));
        // Each has a keystore of its own, whose key derivation takes its time.
        bridge.await("local broker connected", 1, seconds);
        bridge.await("connected to", count, seconds);
        // A subscription is made a moment after its connection: what came too early is sent again.
        await()
            .pollInterval(Duration.ofSeconds(1))
            .atMost(Duration.ofSeconds(seconds))
            .untilAsserted(
                () -> {
                  for (int i = 1; i <= count; i++) {
                    String upTopic = "plant/7/cam-" + number(i) + "/telemetry/t";
                    if (!up.contains(upTopic)) {
                      camera.publish("site/cam-" + number(i) + "/telemetry/t", "x");
                    }
                    if (!down.contains("site/cam-" + number(i) + "/command/do")) {
                      operator.publish("plant/7/cam-" + number(i) + "/command/do", "y");
                    }
                  }
                  assertEquals(count, up.size());
                  assertEquals(count, down.size());
                });
        assertEquals(0, bridge.stop(), bridge::said);
      }
    }
  }

  private static String number(int i) {
    return "%04d".formatted(i);
  }

  private static SecureMqttClient camera(MosquittoProcess mosquitto) {
    SecureMqttClient client =
        SecureMqttClient.builder()
            .broker(mosquitto.uri())
            .clientId("cam")
            .tls(TlsPolicy.trusting(List.of(mosquitto.identity().root())))
            .authenticate(PasswordAuthentication.of("cam", Secret.of("cam password".toCharArray())))
            .queue(10_000, 1 << 24)
            .build();
    client.connect();
    return client;
  }

  private static void count(Map<String, Integer> counts, String topic, String payload) {
    counts.merge(topic + " " + payload, 1, Integer::sum);
  }

  private static void subscribe(SecureMqttClient client, String filter, MessageHandler handler)
      throws Exception {
    client.subscribe(filter, handler).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static int freePort() throws Exception {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return probe.getLocalPort();
    }
  }
}
