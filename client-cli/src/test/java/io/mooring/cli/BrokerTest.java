package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.testkit.Wire;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each exit code produced for real: a broker that follows a script, over TLS. */
@Timeout(60)
class BrokerTest {
  private static final TestIdentity BROKER = TestCertificates.localhost();

  /** Grants a subscription and closes. */
  private static final Script DROPPING =
      wire -> {
        wire.expectConnect();
        wire.connack();
        wire.suback(wire.expectSubscribe().packetId(), 1);
      };

  @TempDir Path folder;
  private Path ca;

  @BeforeEach
  void writeCa() throws Exception {
    ca = BROKER.writeRoot(folder.resolve("ca.pem"));
  }

  @Test
  void pub_isDone_onceTheBrokerAcknowledged() throws Exception {
    try (var broker = broker(Script.accepting())) {
      Cli run =
          Cli.run(
              ExitCode.DONE,
              pub(
                  broker,
                  "--message=hello",
                  "--retain",
                  "--message-expiry=60",
                  "--content-type=text/plain",
                  "--response-topic=answers",
                  "--user-property=a=b=c"));
      assertEquals("", run.out());
      assertTrue(run.err().contains("anonymous"), run::err);
      var publish = (MqttPacket.Publish) broker.received(MqttType.PUBLISH).get(0);
      assertEquals("hello", publish.payload().toUtf8());
      assertEquals(1, publish.qos());
      assertTrue(publish.retain());
      assertEquals("b=c", publish.properties().user().get(0).value());
      var connect = (MqttPacket.Connect) broker.received(MqttType.CONNECT).get(0);
      assertEquals("meter-0042", connect.clientId());
      broker.awaitReceived(MqttType.DISCONNECT, 1);
      broker.verify();
    }
  }

  @Test
  void pub_sendsAFile_byteForByte() throws Exception {
    byte[] bytes = {0, (byte) 0xFF, '\n', '\r'};
    Path file = Files.write(folder.resolve("payload"), bytes);
    try (var broker = broker(Script.accepting())) {
      Cli.run(ExitCode.DONE, pub(broker, "--file=" + file, "--qos=2"));
      var publish = (MqttPacket.Publish) broker.received(MqttType.PUBLISH).get(0);
      assertEquals("00ff0a0d", publish.payload().toHex().toLowerCase(java.util.Locale.ROOT));
    }
  }

  @Test
  void pub_sendsEachLine_andWaitsForAllReceipts() throws Exception {
    StringBuilder lines = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      lines.append("line ").append(i).append(i % 2 == 0 ? "\n" : "\r\n");
      expected.add("line " + i);
    }
    lines.append("\nlast");
    expected.addAll(List.of("", "last"));
    try (var broker = broker(Script.accepting())) {
      Cli run = Cli.with().input(lines.toString()).go(ExitCode.DONE, pub(broker, "--stdin-lines"));
      assertTrue(run.err().contains("published 102 lines"), run::err);
      assertEquals(
          expected,
          broker.received(MqttType.PUBLISH).stream()
              .map(packet -> ((MqttPacket.Publish) packet).payload().toUtf8())
              .toList());
    }
  }

  @Test
  void pub_stopsAtTheFirstRefusedLine_andSaysHowFarItCame() throws Exception {
    try (var broker =
        broker(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.puback(wire.expectPublish().packetId());
              wire.send(MqttPackets.puback(wire.expectPublish().packetId(), 0x87));
              wire.readUntilClosed();
            })) {
      Cli run =
          Cli.with().input("one\ntwo\n").go(ExitCode.MESSAGE_REFUSED, pub(broker, "--stdin-lines"));
      assertTrue(run.err().contains("Line 2 was refused; 1 of 2"), run::err);
    }
  }

  @Test
  void lostConnection_endsALineReaderThatWaitsForInput() throws Exception {
    try (var broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                  wire.expectPublish();
                });
        var writer = new PipedOutputStream();
        var input = new PipedInputStream(writer)) {
      writer.write("one\n".getBytes(StandardCharsets.UTF_8));
      writer.flush();
      Cli run = Cli.with().input(input).go(ExitCode.NETWORK, pub(broker, "--stdin-lines"));
      assertTrue(run.err().contains("0 of 1 lines"), run::err);
    }
  }

  @Test
  void refusedPublish_is7() throws Exception {
    try (var broker =
        broker(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.send(MqttPackets.puback(wire.expectPublish().packetId(), 0x87));
              wire.readUntilClosed();
            })) {
      Cli run = Cli.run(ExitCode.MESSAGE_REFUSED, pub(broker, "--message=m"));
      assertFalse(run.err().contains("\tat "), run::err);
    }
  }

  @Test
  void missingAcknowledgement_is3_withinTheTimeout() throws Exception {
    try (var broker =
        broker(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.readUntilClosed();
            })) {
      Cli run = Cli.run(ExitCode.NETWORK, pub(broker, "--message=m", "--timeout=1"));
      assertTrue(run.err().contains("--timeout"), run::err);
    }
  }

  @Test
  void lostConnection_is3_withoutWaitingForTheTimeout() throws Exception {
    try (var broker =
        broker(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.expectPublish();
              wire.closeAbruptly();
            })) {
      Cli.run(ExitCode.NETWORK, pub(broker, "--message=m", "--timeout=3600"));
    }
  }

  @Test
  void silence_is3() throws Exception {
    try (var broker = ScriptedBroker.builder().silent().start()) {
      Cli.run(ExitCode.NETWORK, pub(broker, "--message=m", "--timeout=0.5"));
    }
  }

  @Test
  void unknownAuthority_is4() throws Exception {
    Path other = TestCertificates.ca("Other").create().writeRoot(folder.resolve("other.pem"));
    try (var broker = broker(Script.record())) {
      Cli.run(
          ExitCode.TLS,
          "pub",
          "--broker=" + broker.uri(),
          "--ca=" + other,
          "--topic=t",
          "--message=m");
    }
  }

  @Test
  void wrongPin_is4_andOnePinWarns() throws Exception {
    String other = TestCertificates.ca("Other").create().spkiPin();
    try (var broker = broker(Script.record())) {
      Cli run = Cli.run(ExitCode.TLS, pub(broker, "--message=m", "--pin=" + other));
      assertTrue(run.err().contains("no backup pin"), run::err);
    }
  }

  @Test
  void wrongName_is4() throws Exception {
    TestIdentity root = TestCertificates.ca("Root").create();
    TestIdentity named = root.issues("x").dns("other.example").serverAuth().create();
    try (var broker =
        ScriptedBroker.builder().identity(named).onConnection(Script.record()).start()) {
      Path rootPem = root.writeRoot(folder.resolve("root.pem"));
      Cli.run(
          ExitCode.TLS,
          "pub",
          "--broker=" + broker.uri(),
          "--ca=" + rootPem,
          "--topic=t",
          "--message=m");
    }
  }

  @Test
  void plaintextListener_is4() throws Exception {
    try (var broker =
        ScriptedBroker.builder()
            .plaintext()
            .onConnection(wire -> wire.send(new byte[] {0x20, 0x03, 0, 0, 0}))
            .start()) {
      Cli.run(ExitCode.TLS, pub(broker, "--message=m"));
    }
  }

  @Test
  void selfSignedBroker_isBelievedByItsPinAlone() throws Exception {
    TestIdentity self =
        TestCertificates.selfSigned("broker").dns("localhost").serverAuth().create();
    try (var broker =
        ScriptedBroker.builder().identity(self).onConnection(Script.accepting()).start()) {
      Cli run =
          Cli.run(
              ExitCode.DONE,
              "pub",
              "--broker=" + broker.uri(),
              "--pin-only",
              "--pin=" + self.spkiPin(),
              "--client-id=meter-0042",
              "--topic=t",
              "--message=m",
              "--verbose");
      assertTrue(run.err().contains("pin " + self.spkiPin()), run::err);
    }
  }

  @Test
  void refusal_is5() throws Exception {
    try (var broker =
        broker(
            wire -> {
              wire.expectConnect();
              wire.connack(0x87);
            })) {
      Path password = Cli.secret(folder.resolve("password"), "hunter2\n");
      Cli run =
          Cli.run(
              ExitCode.REFUSED,
              pub(
                  broker,
                  "--message=m",
                  "--auth=password",
                  "--user=u",
                  "--password-file=" + password));
      assertFalse(run.err().contains("hunter2"), run::err);
    }
  }

  @Test
  void refusedClientCertificate_is5() throws Exception {
    TestIdentity stranger = TestCertificates.ca("Strangers").create().client("stranger");
    Path cert = stranger.writeChain(folder.resolve("cert.pem"));
    Path key = stranger.writeKey(folder.resolve("key.pem"));
    TestIdentity devices = TestCertificates.ca("Devices").create();
    try (var broker =
        ScriptedBroker.builder()
            .identity(BROKER)
            .requireClientCertificate(devices.root())
            .protocols("TLSv1.2") // in TLS 1.3 the refusal races with what the client sends next
            .onEveryConnection(Script.record())
            .start()) {
      Cli.run(ExitCode.REFUSED, pub(broker, "--message=m", "--cert=" + cert, "--key=" + key));
    }
  }

  @Test
  void brokerThatSkipsScram_is6_andGetsNothing() throws Exception {
    try (var broker =
        broker(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.readUntilClosed();
            })) {
      Path password = Cli.secret(folder.resolve("password"), "pencil\n");
      Cli.run(
          ExitCode.SERVER_PROOF,
          pub(
              broker,
              "--message=m",
              "--auth=scram-sha-256",
              "--user=u",
              "--password-file=" + password));
      assertTrue(broker.received(MqttType.PUBLISH).isEmpty());
    }
  }

  @Test
  void worldReadableKeystore_is8() throws Exception {
    Path store = Files.write(folder.resolve("device.p12"), new byte[] {1});
    Files.setPosixFilePermissions(
        store, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    Path password = Cli.secret(folder.resolve("storepass"), "secret-of-the-store\n");
    try (var broker = broker()) {
      Cli.run(
          ExitCode.CREDENTIAL,
          pub(broker, "--message=m", "--keystore=" + store, "--storepass-file=" + password));
      assertEquals(0, broker.accepted());
    }
  }

  @Test
  void protocolViolation_is9() throws Exception {
    try (var broker =
        broker(
            wire -> {
              wire.expectConnect();
              wire.pingresp();
              wire.readUntilClosed();
            })) {
      Cli.run(ExitCode.PROTOCOL_VIOLATION, pub(broker, "--message=m"));
    }
  }

  @Test
  void sub_printsPayloads_untilTheCountIsReached() throws Exception {
    try (var broker = broker(delivering("one", "two", "three"))) {
      Cli run = Cli.run(ExitCode.DONE, sub(broker, "--count=2"));
      assertEquals("one\ntwo\n", run.out());
      assertTrue(run.err().contains("subscribed a/# qos 1"), run::err);
      broker.awaitReceived(MqttType.DISCONNECT, 1);
    }
  }

  @Test
  void sub_printsJson_oneObjectALine() throws Exception {
    try (var broker = broker(delivering("line\n\"quoted\"\u2028"))) {
      Cli run = Cli.run(ExitCode.DONE, sub(broker, "--count=1", "--format=json"));
      assertEquals(
          "{\"topic\":\"a/b\",\"qos\":1,\"retain\":false,\"duplicate\":false,"
              + "\"payload\":\"line\\n\\\"quoted\\\"\\u2028\",\"encoding\":\"utf-8\"",
          run.out().replaceFirst(",\"subscriptionIdentifiers\".*|}\n$", "").stripTrailing());
      assertEquals(1, run.out().lines().count());
    }
  }

  @Test
  void sub_endsAtItsTimeout_with3IfTheCountWasNotReached_else0() throws Exception {
    try (var broker = broker(delivering("one"), delivering("one"))) {
      Cli few = Cli.run(ExitCode.NETWORK, sub(broker, "--count=2", "--timeout=1.5"));
      assertTrue(few.err().contains("1 of 2 messages"), few::err);
      assertEquals("one\n", Cli.run(ExitCode.DONE, sub(broker, "--timeout=1.5")).out());
    }
  }

  @Test
  void refusedSubscription_is7() throws Exception {
    try (var broker =
        broker(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.suback(wire.expectSubscribe().packetId(), 0x87);
              wire.readUntilClosed();
            })) {
      Cli.run(ExitCode.MESSAGE_REFUSED, sub(broker));
    }
  }

  @Test
  void lostConnection_endsASubscriberThatCountsWith3() throws Exception {
    try (var broker = broker(DROPPING)) {
      Cli.run(ExitCode.NETWORK, sub(broker, "--count=1"));
    }
  }

  @Test
  void lostConnection_aSubscriberWithoutCountSaysSoAndGoesOn() throws Exception {
    try (var broker = broker(DROPPING, delivering("one"))) {
      Cli run = Cli.with();
      CompletableFuture<Integer> ended = run.start(sub(broker));
      Awaitility.await().until(() -> run.out().equals("one\n"));
      assertTrue(run.err().contains("Next attempt in "), run::err);
      run.shutdown().run();
      assertEquals(0, ended.get());
    }
  }

  @Test
  void lostConnection_thenAFailureThatNoRetryCures_endsASubscriberWithItsCode() throws Exception {
    try (var broker =
        broker(
            DROPPING,
            wire -> {
              wire.expectConnect();
              wire.connack(0x8A);
            })) {
      Cli.run(ExitCode.REFUSED, sub(broker));
    }
  }

  @Test
  void signal_disconnectsASubscriberInGoodOrder() throws Exception {
    try (var broker = broker(delivering("one"))) {
      Cli run = Cli.with();
      CompletableFuture<Integer> ended = run.start(sub(broker));
      Awaitility.await().until(() -> run.out().equals("one\n"));
      run.shutdown().run();
      assertEquals(0, ended.get());
      broker.awaitReceived(MqttType.DISCONNECT, 1);
    }
  }

  @Test
  void signal_endsASubscriberThatWaitsForItsSubscription() throws Exception {
    try (var broker =
        broker(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.readUntilClosed();
            })) {
      Cli run = Cli.with();
      CompletableFuture<Integer> ended =
          run.start(sub(broker, "--verbose", "--max-packet-size=1000"));
      Awaitility.await().until(() -> run.err().contains("connected to "));
      // Said an instant before the signal is attended to: one that comes first ends the process.
      Awaitility.await()
          .until(
              () -> {
                run.shutdown().run();
                return ended.isDone();
              });
      assertEquals(0, ended.get());
      var connect = (MqttPacket.Connect) broker.received(MqttType.CONNECT).get(0);
      assertEquals(
          1000, connect.properties().number(MqttProperty.MAXIMUM_PACKET_SIZE).orElseThrow());
    }
  }

  @Test
  void sub_toEverything_takesItsOwnSwitch_andWarns() throws Exception {
    try (var broker = broker(delivering("hello"))) {
      Cli run =
          Cli.run(
              ExitCode.DONE,
              arguments(
                  "sub",
                  broker,
                  "--topic=#",
                  new String[] {"--dangerous-wide-topics", "--count=1"}));
      assertEquals("hello\n", run.out());
      assertTrue(run.err().contains("may subscribe to everything"), run::err);
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "sockets are read from /proc")
  void auditSockets_processThatListens_endsBeforeItConnects() throws Exception {
    try (var broker = broker(Script.accepting())) { // in this process, and so a listener of it
      Cli run = Cli.run(ExitCode.LISTENING, pub(broker, "--message=m", "--audit-sockets"));
      assertTrue(run.err().contains("This process listens on TCP 127.0.0.1:"), run::err);
      assertTrue(run.err().contains(":" + broker.port() + " (inode "), run::err);
      assertEquals(0, broker.accepted());
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "sockets are read from /proc")
  void doctor_auditSockets_processThatListens_isTheFault() throws Exception {
    try (var broker = broker(Script.accepting())) {
      String address = "--broker=mqtts://localhost:" + broker.port();
      Cli.run(ExitCode.LISTENING, "doctor", address, "--audit-sockets");
      assertEquals(0, broker.accepted());
    }
  }

  private static Script delivering(String... payloads) {
    return wire -> {
      wire.expectConnect();
      wire.connack();
      wire.suback(wire.expectSubscribe().packetId(), 1);
      deliver(wire, payloads);
      wire.readUntilClosed();
    };
  }

  private static void deliver(Wire wire, String... payloads) throws java.io.IOException {
    for (int i = 0; i < payloads.length; i++) {
      wire.publish("a/b", payloads[i].getBytes(StandardCharsets.UTF_8), 1, i + 1);
    }
  }

  private ScriptedBroker broker(Script... scripts) throws Exception {
    var builder = ScriptedBroker.builder().identity(BROKER);
    for (Script script : scripts) {
      builder.onConnection(script);
    }
    return builder.start();
  }

  private String[] pub(ScriptedBroker broker, String... more) {
    return arguments("pub", broker, "--topic=a/b", more);
  }

  private String[] sub(ScriptedBroker broker, String... more) {
    return arguments("sub", broker, "--topic=a/#", more);
  }

  private String[] arguments(String command, ScriptedBroker broker, String topic, String[] more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                command,
                "--broker=" + broker.uri(),
                "--ca=" + ca,
                "--client-id=meter-0042",
                topic));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }
}
