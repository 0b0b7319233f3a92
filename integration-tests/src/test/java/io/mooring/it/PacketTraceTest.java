package io.mooring.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import io.mooring.telemetry.PacketTrace;
import io.mooring.testkit.RequiredTool;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.SecretsOnPurpose;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the bench sees of the packets: in words without secrets, and in Wireshark with them. */
@Timeout(120)
class PacketTraceTest {
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private static ScriptedBroker broker() throws Exception {
    return ScriptedBroker.builder()
        .onEveryConnection(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.puback(wire.expectPublish().packetId());
              wire.readUntilClosed();
            })
        .start();
  }

  private static ClientBuilder device(ScriptedBroker broker) {
    return Devices.at(broker.port(), broker.identity())
        .authenticate(
            PasswordAuthentication.of("meter", Secret.of("hush, a password".toCharArray())));
  }

  private static void publishOnce(SecureMqttClient client) throws Exception {
    client.connect();
    client
        .publish(
            Message.to("plant/7/temp")
                .qos(Qos.AT_LEAST_ONCE)
                .contentType("text/plain")
                .userProperty("batch", "confidential batch")
                .payload("23.5 degrees")
                .build())
        .delivered()
        .toCompletableFuture()
        .get();
  }

  @Test
  void trace_namesPacketsAndProperties_andHidesSecrets() throws Exception {
    try (ScriptedBroker broker = broker();
        SecureMqttClient client = device(broker).trace(PacketTrace.to(lines::add)).build()) {
      publishOnce(client);
    }
    String all = String.join("\n", lines);
    assertTrue(
        all.matches(
            "(?s).*T.*Z \\[meter-0042#1] -> CONNECT protocol=\"MQTT\" 5 clean start keep alive=60"
                + " .*client id=\"meter-0042\" user name=\"meter\" password=\\*\\*\\*\n.*"),
        all);
    assertTrue(all.contains("<- CONNACK session present=0 reason=0x00"), all);
    for (String part :
        List.of(
            "-> PUBLISH qos=1 topic=\"plant/7/temp\" id=1 [",
            "[Content Type=\"text/plain\"]",
            "[User Property=\"batch\": ***]",
            "] payload=12 bytes")) {
      assertTrue(all.contains(part), () -> part + " is not in\n" + all);
    }
    assertTrue(all.contains("<- PUBACK id=1"), all);
    assertTrue(all.contains("-> DISCONNECT"), all);
    assertTrue(all.endsWith("[meter-0042#1] -- connection over"), all);
    for (String secret : List.of("hush", "23.5", "confidential")) {
      assertFalse(all.contains(secret), all);
    }
  }

  @Test
  void payloads_showOnlyWhenAskedFor_andPasswordsNever() throws Exception {
    try (ScriptedBroker broker = broker();
        SecureMqttClient client =
            device(broker).trace(PacketTrace.to(lines::add).withPayloads(4)).build()) {
      publishOnce(client);
    }
    String all = String.join("\n", lines);
    assertTrue(all.contains("payload=12 bytes \"23.5\"..."), all);
    assertTrue(all.contains("[User Property=\"batch\": \"confidential batch\"]"), all);
    assertFalse(all.contains("hush"), all);
  }

  @Test
  @SecretsOnPurpose("a capture behind dangerous() holds all of MQTT, and this one is looked into")
  void capture_isReadByWireshark_andByItsOwnerAlone(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("bench.pcapng");
    Path keys = folder.resolve("bench.keys");
    try (ScriptedBroker broker = broker();
        SecureMqttClient client =
            device(broker).dangerous().capture(file).dangerous().keyLog(keys).build()) {
      publishOnce(client);
    }
    for (Path each : List.of(file, keys)) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(each)));
    }
    assertTrue(Files.readString(keys).startsWith("CLIENT_HANDSHAKE_TRAFFIC_SECRET "));
    String read =
        run(
            RequiredTool.orSkip("tshark").toString(),
            "-r",
            file.toString(),
            "-T",
            "fields",
            "-e",
            "_ws.col.Info",
            "-e",
            "mqtt.topic",
            "-e",
            "mqtt.passwd");
    assertTrue(read.contains("Connect Command"), read);
    assertTrue(read.contains("Connect Ack"), read);
    assertTrue(read.contains("plant/7/temp"), read);
    assertTrue(read.contains("hush, a password"), read);
    assertFalse(read.contains("Malformed"), read);
    String facts = run(RequiredTool.orSkip("capinfos").toString(), file.toString());
    assertTrue(facts.contains("pcapng"), facts);
  }

  @Test
  void capture_overAFileThatIsThere_isRefused(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("mine.txt"), "keep");
    try (ScriptedBroker broker = broker()) {
      ClientBuilder builder = device(broker).dangerous().capture(file);
      assertThrows(UncheckedIOException.class, builder::build);
    }
    assertEquals("keep", Files.readString(file));
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return printed;
  }
}
