package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.Canaries;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.SecretsOnPurpose;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code --trace}, {@code --dangerous-capture} and {@code --dangerous-key-log} of pub and sub. */
@Timeout(60)
@SecretsOnPurpose(
    "--trace-payloads prints payloads, and picocli tries --message as a number, whose exception it drops")
class TraceTest {
  private static final TestIdentity BROKER = TestCertificates.localhost();

  @TempDir Path folder;
  private Path ca;
  private Path password;

  @BeforeEach
  void files() throws Exception {
    ca = BROKER.writeRoot(folder.resolve("ca.pem"));
    password = Cli.secret(folder.resolve("password"), Canaries.PASSWORD);
  }

  @Test
  void pub_trace_namesEveryPacketWithoutSecrets() throws Exception {
    try (ScriptedBroker broker = broker()) {
      Cli run = Cli.run(ExitCode.DONE, pub(broker, "--trace"));
      for (String packet : List.of("CONNECT", "CONNACK", "PUBLISH", "PUBACK", "DISCONNECT")) {
        assertTrue(run.err().contains(packet), () -> packet + " is not in " + run.err());
      }
      assertTrue(run.err().contains("t/1"), run::err);
      assertEquals(List.of(), Canaries.in(run.err()));
      assertEquals("", run.out());
    }
  }

  @Test
  void pub_tracePayloads_showsThePayloadAndNoPassword() throws Exception {
    try (ScriptedBroker broker = broker()) {
      Cli run = Cli.run(ExitCode.DONE, pub(broker, "--trace-payloads"));
      assertTrue(run.err().contains(Canaries.PAYLOAD), run::err);
      assertFalse(run.err().contains(Canaries.PASSWORD), run::err);
    }
  }

  @Test
  void sub_trace_namesEveryPacketWithoutThePayload() throws Exception {
    try (ScriptedBroker broker =
        ScriptedBroker.builder()
            .identity(BROKER)
            .onEveryConnection(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                  wire.suback(wire.expectSubscribe().packetId(), 1);
                  wire.publish(
                      "command/1", "open the valve of tank 7".getBytes(StandardCharsets.UTF_8));
                  wire.serve();
                })
            .start()) {
      List<String> arguments = new ArrayList<>(connection("sub", broker));
      arguments.addAll(List.of("--topic=command/+", "--count=1", "--trace"));
      Cli run = Cli.run(ExitCode.DONE, arguments.toArray(new String[0]));
      for (String packet : List.of("CONNECT", "CONNACK", "SUBSCRIBE", "SUBACK", "PUBLISH")) {
        assertTrue(run.err().contains(packet), () -> packet + " is not in " + run.err());
      }
      assertFalse(run.err().contains("tank 7"), run::err);
    }
  }

  @Test
  void pub_captureAndKeyLog_areFilesForTheirOwnerAlone_andAreWarnedOf() throws Exception {
    Path capture = folder.resolve("bench.pcapng");
    Path keys = folder.resolve("keys.log");
    try (ScriptedBroker broker = broker()) {
      Cli run =
          Cli.run(
              ExitCode.DONE,
              pub(broker, "--dangerous-capture=" + capture, "--dangerous-key-log=" + keys));
      assertEquals(List.of(), Canaries.in(run.err()));
      assertTrue(run.err().contains("dangerous"), run::err);
      Cli again = Cli.run(ExitCode.USAGE, pub(broker, "--dangerous-capture=" + capture));
      assertTrue(again.err().contains("exists"), again::err);
    }
    byte[] packets = Files.readAllBytes(capture);
    assertEquals(0x0A0D0D0A, java.nio.ByteBuffer.wrap(packets).getInt());
    String content = new String(packets, StandardCharsets.ISO_8859_1);
    assertTrue(content.contains(Canaries.PASSWORD) && content.contains(Canaries.PAYLOAD));
    assertTrue(Files.readString(keys).contains("CLIENT_TRAFFIC_SECRET_0 "));
    for (Path file : List.of(capture, keys)) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
  }

  @Test
  void pub_withoutThem_writesNoFile() throws Exception {
    try (ScriptedBroker broker = broker()) {
      Cli run = Cli.run(ExitCode.DONE, pub(broker));
      assertFalse(run.err().contains("PUBACK"), run::err);
    }
    try (var files = Files.list(folder)) {
      assertEquals(2, files.count());
    }
  }

  private static ScriptedBroker broker() throws Exception {
    return ScriptedBroker.builder()
        .identity(BROKER)
        .onEveryConnection(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.serve();
            })
        .start();
  }

  private String[] pub(ScriptedBroker broker, String... more) {
    List<String> arguments = new ArrayList<>(connection("pub", broker));
    arguments.addAll(List.of("--topic=t/1", "--message=" + Canaries.PAYLOAD));
    arguments.addAll(List.of(more));
    return arguments.toArray(new String[0]);
  }

  private List<String> connection(String command, ScriptedBroker broker) {
    return List.of(
        command,
        "--broker=" + broker.uri(),
        "--ca=" + ca,
        "--client-id=meter-0042",
        "--auth=password",
        "--user=meter-0042",
        "--password-file=" + password);
  }
}
