package io.mooring.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.demo.DemoBroker;
import io.mooring.identity.Secret;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.MqttPacket.Connect;
import io.mooring.testkit.MqttPacket.Publish;
import io.mooring.testkit.MqttPacket.Subscribe;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.RequiredTool;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestIdentity;
import io.mooring.testkit.Wire;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the doctor says of {@code #} and of others' topics: by what is delivered, since a broker may
 * grant every SUBSCRIBE; and within which bounds it asks.
 */
@Timeout(120)
class DoctorDeliveryTest {
  private static final String DEVICE = "meter-0042";
  private static final String OTHER = "plant/7/meter-0043/telemetry";
  private static final String PROBE = "mooring-doctor/[0-9a-f]{32}";

  @TempDir Path folder;

  @Test
  void mosquittoThatHoldsBack_isSaidAndNotWarnedOf() throws Exception {
    try (MosquittoProcess broker = mosquitto("topic readwrite plant/7/" + DEVICE + "/#\n")) {
      keep(broker, OTHER);
      DoctorRun run =
          doctor(
              broker,
              "--topic=plant/7/" + DEVICE + "/telemetry",
              "--other-filter=plant/7/meter-0043/#",
              "--retained");
      assertEquals(List.of(), postures(run), run::toString);
      saw(run, "the subscription to '#' is granted, and in 300 ms nothing came of others");
      saw(run, "the subscription to 'plant/7/meter-0043/#' is granted, and in 300 ms nothing");
    }
  }

  @Test
  void mosquittoThatDeliversWhatItKeeps_isWarnedOf_withTheTopicAndNoPayload() throws Exception {
    try (MosquittoProcess broker =
        mosquitto("topic read #\ntopic write plant/7/" + DEVICE + "/#\n")) {
      keep(broker, OTHER);
      DoctorRun quiet = doctor(broker, "--other-filter=plant/7/meter-0043/#");
      assertEquals(List.of("MOOR-WARN-004"), postures(quiet), quiet::toString);
      saw(quiet, "granted and delivers: a retained message to '" + OTHER + "' came after");
      DoctorRun all = doctor(broker, "--retained");
      assertEquals(List.of("MOOR-WARN-003"), postures(all), all::toString);
      saw(all, "The subscription to '#' was granted and delivers: a retained message to '" + OTHER);
    }
  }

  @Test
  void mosquittoWithoutRules_bringsTheDoctorsOwnMessageBack() throws Exception {
    try (MosquittoProcess broker = mosquitto("topic readwrite #\n")) {
      DoctorRun run = doctor(broker);
      assertEquals(List.of("MOOR-WARN-003"), postures(run), run::toString);
      assertTrue(
          run.out().matches("(?s).*the doctor's own message to '" + PROBE + "', outside of.*"),
          run::toString);
      DoctorRun without = doctor(broker, "--no-delivery");
      assertEquals(List.of("MOOR-WARN-003"), postures(without), without::toString);
      saw(without, "was granted, and was not put to the test (--no-delivery)");
    }
  }

  @Test
  void hiveMq_refusesEverything_andGrantsAnOperatorWhatIsOthers() throws Exception {
    try (DemoBroker broker = DemoBroker.builder().operator("operator", Canaries.PASSWORD).start()) {
      List<String> options = at(broker.uri(), broker.identity());
      options.addAll(login("scram-sha-256", "operator"));
      options.add("--topic=plant/7/operator/notice");
      DoctorRun run = DoctorRun.of(Clock.systemUTC(), options);
      assertEquals(List.of("MOOR-WARN-004"), postures(run), run::toString);
      saw(run, "the subscription to '#' is refused");
      assertTrue(
          run.out()
              .matches(
                  "(?s).*delivers: the doctor's own message to"
                      + " 'plant/7/mooring-doctor-other/[0-9a-f]{32}'.*"),
          run::toString);
    }
  }

  @Test
  void asking_isOneSmallMessage_andTakenBackAtOnce() throws Exception {
    try (ScriptedBroker broker =
        Bench.thirdConnection(
            wire -> {
              granted(wire);
              wire.expectPublish();
              wire.unsuback(wire.expectUnsubscribe().packetId(), 0);
              wire.readUntilClosed();
            })) {
      DoctorRun run = doctor(broker);
      assertEquals(List.of(), postures(run), run::toString);
      saw(run, "nothing came of others (0 of this device's own)");
      Connect connect = (Connect) broker.received(MqttType.CONNECT).get(0);
      assertEquals(
          16 * 1024, connect.properties().number(MqttProperty.MAXIMUM_PACKET_SIZE).orElseThrow());
      Subscribe asked = (Subscribe) broker.received(MqttType.SUBSCRIBE).get(0);
      assertEquals(0, asked.subscriptions().get(0).qos());
      assertEquals(2, asked.subscriptions().get(0).retainHandling(), "retained messages of #");
      assertEquals(1, broker.received(MqttType.PUBLISH).size());
      Publish probe = (Publish) broker.received(MqttType.PUBLISH).get(0);
      assertTrue(probe.topic().matches(PROBE), probe.topic());
      assertEquals(0, probe.qos());
      assertFalse(probe.retain());
      assertEquals(0, probe.payload().toArray().length);
    }
  }

  @Test
  void withoutDelivery_nothingIsPublished() throws Exception {
    try (ScriptedBroker broker =
        Bench.thirdConnection(
            wire -> {
              granted(wire);
              wire.unsuback(wire.expectUnsubscribe().packetId(), 0);
              wire.readUntilClosed();
            })) {
      DoctorRun run = doctor(broker, "--no-delivery");
      assertEquals(List.of("MOOR-WARN-003"), postures(run), run::toString);
      assertEquals(List.of(), broker.received(MqttType.PUBLISH));
    }
  }

  @Test
  void traffic_isEvidence_withoutItsPayload_andWithItsControlCharactersEscaped() throws Exception {
    String hostile = "plant/\u0001\u001b[2J/" + "x".repeat(300);
    try (ScriptedBroker broker =
        Bench.thirdConnection(
            wire -> {
              granted(wire);
              wire.publish("plant/7/" + DEVICE + "/own", Canaries.PAYLOAD.getBytes(UTF_8));
              wire.publish(hostile, Canaries.PAYLOAD.getBytes(UTF_8));
              wire.readUntilClosed();
            })) {
      DoctorRun run = doctor(broker);
      assertEquals(List.of("MOOR-WARN-003"), postures(run), run::toString);
      saw(run, "delivers: a message to 'plant/\\u0001\\u001b[2J/xxx");
      saw(run, "xxx...' came after");
      assertFalse(run.out().contains("x".repeat(200)), run::toString);
      assertFalse(run.toString().contains(Canaries.PAYLOAD), run::toString);
    }
  }

  @Test
  void flood_endsTheConnection() throws Exception {
    try (ScriptedBroker broker =
        Bench.thirdConnection(
            wire -> {
              granted(wire);
              for (int i = 0; i < 200; i++) {
                wire.publish(OTHER, new byte[4096]);
              }
              wire.readUntilClosed();
            })) {
      DoctorRun run = doctor(broker, "--other-filter=plant/7/meter-0043/#");
      assertEquals(List.of("MOOR-WARN-003"), postures(run), run::toString);
      assertTrue(
          run.out().matches("(?s).*The doctor ended the connection, after \\d+ messages.*"),
          run::toString);
      assertEquals(1, broker.received(MqttType.DISCONNECT).size());
      assertEquals(1, broker.received(MqttType.SUBSCRIBE).size());
    }
  }

  @Test
  void floodOfItsOwn_endsTheConnection() throws Exception {
    try (ScriptedBroker broker =
        Bench.thirdConnection(
            wire -> {
              granted(wire);
              for (int i = 0; i < 300; i++) {
                wire.publish("plant/7/" + DEVICE + "/t", new byte[64]);
              }
              wire.readUntilClosed();
            })) {
      DoctorRun run = doctor(broker);
      assertEquals(List.of(), postures(run), run::toString);
      assertTrue(run.out().matches("(?s).*\\(\\d{3} of this device's own\\).*"), run::toString);
      assertTrue(
          run.out().matches("(?s).*ended the connection, after \\d{3} messages.*"), run::toString);
      assertEquals(1, broker.received(MqttType.DISCONNECT).size());
    }
  }

  @Test
  void brokerThatEndsTheConnectionAtTheMessage_isWarnedOf() throws Exception {
    try (ScriptedBroker broker =
        Bench.thirdConnection(
            wire -> {
              granted(wire);
              wire.expectPublish();
              wire.disconnect(0x87);
              wire.readUntilClosed();
            })) {
      DoctorRun run = doctor(broker, "--other-filter=plant/7/meter-0043/#");
      assertEquals(List.of("MOOR-WARN-003"), postures(run), run::toString);
      saw(run, "Whether it delivers was not seen: the broker ended the connection at the doctor's");
      saw(run, "0x87");
    }
  }

  @Test
  void brokerThatEndsTheConnectionAtSubscribe_refuses() throws Exception {
    try (ScriptedBroker broker =
        Bench.thirdConnection(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.expectSubscribe();
              wire.disconnect(0x87);
              wire.readUntilClosed();
            })) {
      DoctorRun run = doctor(broker, "--other-filter=plant/7/meter-0043/#");
      assertEquals(List.of(), postures(run), run::toString);
      saw(run, "the subscription to '#' is refused: the broker ended the connection.");
      saw(run, "'plant/7/meter-0043/#' was not asked for: the connection is over");
    }
  }

  @Test
  void brokerThatNeverAnswersSubscribe_isAFaultInTime() throws Exception {
    try (ScriptedBroker broker =
        Bench.thirdConnection(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.readUntilClosed();
            })) {
      List<String> options = at(broker.uri(), broker.identity());
      options.addAll(List.of("--client-id=" + DEVICE, "--timeout=2", "--json"));
      DoctorRun run = DoctorRun.of(Clock.systemUTC(), options);
      assertEquals(ExitCode.NETWORK.code(), run.exit(), run::toString);
      assertTrue(Long.parseLong(run.member("elapsedMillis")) < 5_000, run::toString);
    }
  }

  @Test
  void brokerThatNeverAnswersUnsubscribe_isLeft() throws Exception {
    try (ScriptedBroker broker =
        Bench.thirdConnection(
            wire -> {
              granted(wire);
              wire.readUntilClosed();
            })) {
      DoctorRun run = doctor(broker);
      saw(run, "The doctor ended the connection, after 0 messages.");
      assertEquals(1, broker.received(MqttType.UNSUBSCRIBE).size());
      assertEquals(1, broker.received(MqttType.DISCONNECT).size());
    }
  }

  @Test
  void listen_hasItsRange() {
    List<String> options = List.of("--broker=mqtts://localhost:1", "--listen=61");
    assertEquals(ExitCode.USAGE.code(), DoctorRun.of(Clock.systemUTC(), options).exit());
  }

  private static void granted(Wire wire) throws IOException {
    wire.expectConnect();
    wire.connack();
    wire.suback(wire.expectSubscribe().packetId(), 0);
  }

  private MosquittoProcess mosquitto(String rules) throws Exception {
    RequiredTool.orSkip("mosquitto");
    return MosquittoProcess.builder()
        .user(DEVICE, Canaries.PASSWORD)
        .user("backend", Canaries.PASSWORD)
        .acl("user " + DEVICE + "\n" + rules + "\nuser backend\ntopic readwrite #\n")
        .start();
  }

  /** Another one's message, which the broker keeps. */
  private static void keep(MosquittoProcess broker, String topic) {
    try (Secret password = Secret.of(Canaries.PASSWORD.toCharArray());
        SecureMqttClient backend =
            SecureMqttClient.builder()
                .broker(broker.uri())
                .tls(TlsPolicy.trusting(List.of(broker.identity().root())))
                .authenticate(PasswordAuthentication.of("backend", password))
                .build()) {
      backend.connect();
      backend.publishAndWait(
          Message.to(topic).payload(Canaries.PAYLOAD).retain(true).build(),
          java.time.Duration.ofSeconds(10));
    }
  }

  private DoctorRun doctor(MosquittoProcess broker, String... more) throws Exception {
    List<String> options = at(broker.uri(), broker.identity());
    options.addAll(login("password", DEVICE));
    options.addAll(List.of(more));
    return done(options);
  }

  private DoctorRun doctor(ScriptedBroker broker, String... more) throws Exception {
    List<String> options = at(broker.uri(), broker.identity());
    options.add("--client-id=" + DEVICE);
    options.addAll(List.of(more));
    return done(options);
  }

  private static DoctorRun done(List<String> options) {
    DoctorRun run = DoctorRun.of(Clock.systemUTC(), options);
    assertEquals(ExitCode.DONE.code(), run.exit(), run::toString);
    assertFalse(run.toString().contains(Canaries.PAYLOAD), run::toString);
    return run;
  }

  private List<String> at(String uri, TestIdentity identity) throws Exception {
    Path ca = Files.createTempDirectory(folder, "ca").resolve("ca.pem");
    return new ArrayList<>(
        List.of(
            "--broker=" + uri,
            "--ca=" + identity.writeRoot(ca),
            "--plaintext-port=" + Bench.freePort()));
  }

  private List<String> login(String method, String user) throws IOException {
    Path password =
        Files.createTempFile(
            folder,
            "password",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(password, Canaries.PASSWORD + "\n");
    return List.of(
        "--auth=" + method, "--user=" + user, "--client-id=" + user, "--password-file=" + password);
  }

  /** What was warned of reading. */
  private static List<String> postures(DoctorRun run) {
    return run.warnings().stream().filter(code -> code.matches("MOOR-WARN-00[34]")).toList();
  }

  private static void saw(DoctorRun run, String text) {
    assertTrue(run.out().contains(text), () -> text + " is not in " + run);
  }
}
