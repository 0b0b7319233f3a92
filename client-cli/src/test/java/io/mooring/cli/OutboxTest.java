package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.FaultProxy;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code pub --outbox} with the broker there and away, and {@code mooring outbox}. */
@Timeout(60)
class OutboxTest {
  private static final TestIdentity BROKER = TestCertificates.localhost();

  @TempDir private Path folder;
  private Path ca;
  private Path outbox;

  @BeforeEach
  void prepare() throws Exception {
    ca = BROKER.writeRoot(folder.resolve("ca.pem"));
    outbox = folder.resolve("outbox");
  }

  @Test
  void lines_areAcceptedAndDelivered_andNothingIsLeft() throws Exception {
    try (var broker = broker(Script.accepting())) {
      Cli run = Cli.with().input("one\ntwo\nthree").go(ExitCode.DONE, pub(broker.uri()));
      for (int line = 1; line <= 3; line++) {
        int accepted = run.out().indexOf("accepted " + line + "\n");
        int delivered = run.out().indexOf("delivered " + line + "\n");
        assertTrue(accepted >= 0 && accepted < delivered, run::out);
      }
      assertEquals(List.of("one", "two", "three"), payloads(broker));
    }
    Cli.run(ExitCode.DONE, "outbox", "check", outbox.toString());
    Cli shown = Cli.run(ExitCode.DONE, "outbox", "show", outbox.toString());
    assertEquals("", shown.out());
    assertTrue(shown.err().contains("0 messages wait"), shown::err);
  }

  @Test
  void brokerAway_keepsTheLines_andTheNextRunDeliversThemFirst() throws Exception {
    try (var broker = broker(Script.accepting());
        FaultProxy away = FaultProxy.to(broker.port())) {
      away.refuse();
      Cli offline =
          Cli.with()
              .input("one\nsecret two\n")
              .go(ExitCode.NETWORK, pub("mqtts://localhost:" + away.port(), "--timeout=1"));
      assertEquals("accepted 1\naccepted 2\n", offline.out());
      assertTrue(offline.err().contains("2 messages are kept in the outbox"), offline::err);

      Cli shown = Cli.run(ExitCode.DONE, "outbox", "show", outbox.toString());
      assertEquals(2, shown.out().lines().count(), shown::out);
      assertTrue(shown.out().contains("QoS 1  3 bytes  waiting  t"), shown::out);
      assertFalse((shown.out() + shown.err()).contains("secret"), shown::out);

      Cli online = Cli.with().input("three\n").go(ExitCode.DONE, pub(broker.uri()));
      assertEquals("accepted 1\ndelivered 1\n", online.out());
      assertEquals(List.of("one", "secret two", "three"), payloads(broker));
    }
  }

  @Test
  void emptyInput_drainsWhatAnEarlierRunLeft() throws Exception {
    try (var broker = broker(Script.accepting());
        FaultProxy away = FaultProxy.to(broker.port())) {
      away.refuse();
      Cli.run(
          ExitCode.NETWORK,
          single("mqtts://localhost:" + away.port(), "--message=kept", "--timeout=1"));
      Cli drained = Cli.with().input("").go(ExitCode.DONE, pub(broker.uri()));
      assertEquals("", drained.out());
      assertEquals(List.of("kept"), payloads(broker));
    }
  }

  @Test
  void refusedLine_isNamed_doesNotStopTheOthers_andIs7() throws Exception {
    try (var broker =
        broker(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.puback(wire.expectPublish().packetId());
              wire.send(MqttPackets.puback(wire.expectPublish().packetId(), 0x87));
              wire.puback(wire.expectPublish().packetId());
              wire.readUntilClosed();
            })) {
      Cli run =
          Cli.with().input("one\ntwo\nthree\n").go(ExitCode.MESSAGE_REFUSED, pub(broker.uri()));
      assertTrue(run.out().contains("delivered 1\n"), run::out);
      assertTrue(run.out().contains("delivered 3\n"), run::out);
      assertFalse(run.out().contains("delivered 2\n"), run::out);
      assertTrue(run.err().contains("line 2: Broker refused"), run::err);
    }
  }

  @Test
  void wrongPin_keepsTheLines_andIs4AtOnce() throws Exception {
    String other = TestCertificates.ca("Other").create().spkiPin();
    try (var broker = broker(Script.record())) {
      Cli run =
          Cli.with()
              .input("one\n")
              .go(ExitCode.TLS, pub(broker.uri(), "--pin=" + other, "--timeout=3600"));
      assertEquals("accepted 1\n", run.out());
      assertTrue(run.err().contains("1 message is kept in the outbox"), run::err);
    }
  }

  @Test
  void fullOutbox_isNotAcceptedAndSaid_afterTheTimeout() throws Exception {
    try (var broker = broker(Script.record());
        FaultProxy away = FaultProxy.to(broker.port())) {
      away.refuse();
      Cli run =
          Cli.with()
              .input("one\ntwo\nthree\n")
              .go(
                  ExitCode.MESSAGE_REFUSED,
                  pub("mqtts://localhost:" + away.port(), "--outbox-messages=2", "--timeout=1"));
      assertEquals("accepted 1\naccepted 2\n", run.out());
      assertTrue(run.err().contains("line 3 was not accepted"), run::err);
    }
  }

  @Test
  void damagedLog_isFound_is11_andTheRestIsStillThere() throws Exception {
    try (var broker = broker(Script.record());
        FaultProxy away = FaultProxy.to(broker.port())) {
      away.refuse();
      Cli.with()
          .input("one\ntwo\n")
          .go(ExitCode.NETWORK, pub("mqtts://localhost:" + away.port(), "--timeout=1"));
    }
    Path segment;
    try (Stream<Path> files = Files.list(outbox)) {
      segment = files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(segment);
    int at = indexOf(bytes, (byte) 'o', (byte) 'n', (byte) 'e');
    bytes[at] ^= 1;
    Files.write(segment, bytes);
    Cli run = Cli.run(ExitCode.OUTBOX, "outbox", "check", "--json", outbox.toString());
    assertTrue(run.out().contains("\"whole\":false"), run::out);
    assertTrue(run.out().contains("\"messages\":1"), run::out);
  }

  @Test
  void missingOrOpenFolder_is11_andQos0IsUsage() throws Exception {
    Cli.run(ExitCode.OUTBOX, "outbox", "show", folder.resolve("nothing").toString());
    Path file = Files.writeString(folder.resolve("file"), "x");
    try (var broker = broker(Script.record())) {
      Cli.run(ExitCode.OUTBOX, single(broker.uri(), "--message=m", "--outbox=" + file));
      Cli.run(ExitCode.USAGE, single(broker.uri(), "--message=m", "--qos=0"));
    }
  }

  private static int indexOf(byte[] bytes, byte... wanted) {
    for (int i = 0; i + wanted.length <= bytes.length; i++) {
      if (bytes[i] == wanted[0] && bytes[i + 1] == wanted[1] && bytes[i + 2] == wanted[2]) {
        return i;
      }
    }
    throw new AssertionError("not in the segment");
  }

  private static ScriptedBroker broker(Script script) throws Exception {
    return ScriptedBroker.builder().identity(BROKER).onEveryConnection(script).start();
  }

  private static List<String> payloads(ScriptedBroker broker) {
    return broker.received(MqttType.PUBLISH).stream()
        .map(packet -> ((MqttPacket.Publish) packet).payload().toUtf8())
        .toList();
  }

  private String[] pub(String uri, String... more) {
    return single(
        uri, Stream.concat(Stream.of("--stdin-lines"), Stream.of(more)).toArray(String[]::new));
  }

  private String[] single(String uri, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("pub", "--broker=" + uri, "--ca=" + ca, "--client-id=meter-0042", "--topic=t"));
    if (Stream.of(more).noneMatch(option -> option.startsWith("--outbox="))) {
      all.add("--outbox=" + outbox);
    }
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
