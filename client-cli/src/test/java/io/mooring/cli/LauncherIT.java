package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher at the root of the project, as a process, once the jars are built. */
@Timeout(120)
class LauncherIT {
  private static final Path LAUNCHER = Path.of(System.getProperty("mooring.launcher"));

  @TempDir Path folder;

  @Test
  void launcher_runsFromAnyFolder_throughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("m"), LAUNCHER);
    Result result = run(link, List.of(), "--version");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().startsWith("mooring "), result.out());
    assertEquals("", result.err());
  }

  @Test
  void javaOptions_goToTheJvm() throws Exception {
    Result result = run(LAUNCHER, List.of("-Xlog:disable", "-XX:+PrintFlagsFinal"), "--version");
    assertTrue(result.out().contains("UseSerialGC"), result.out());
  }

  @Test
  void exitCode_isThatOfTheCommand() throws Exception {
    Result result = run(LAUNCHER, List.of(), "pub", "--topic", "t");
    assertEquals(2, result.code(), result.err());
    assertEquals("", result.out());
  }

  @Test
  void unbuiltProject_saysWhatToDo() throws Exception {
    Path copy = Files.copy(LAUNCHER, folder.resolve("mooring"));
    Result result = run(copy, List.of(), "--version");
    assertEquals(1, result.code());
    assertTrue(result.err().contains("mvn -DskipTests package"), result.err());
  }

  @Test
  void sigterm_endsASubscriberInGoodOrder_withCode0() throws Exception {
    try (var broker =
        ScriptedBroker.builder()
            .onConnection(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                  wire.suback(wire.expectSubscribe().packetId(), 1);
                  wire.publish("a/b", "one".getBytes(StandardCharsets.UTF_8), 1, 1);
                  wire.expectPacket(MqttType.PUBACK);
                  wire.expectDisconnect();
                })
            .start()) {
      Path ca = broker.identity().writeRoot(folder.resolve("ca.pem"));
      Process process = start(LAUNCHER, List.of(), sub(broker, ca));
      try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
        assertEquals("one", lines.readLine());
        process.destroy();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
      } finally {
        process.destroyForcibly();
      }
      broker.verify();
    }
  }

  @Test
  void sigterm_beforeTheCountIsReached_isNot0() throws Exception {
    try (var broker = ScriptedBroker.builder().onConnection(Script.accepting()).start()) {
      Path ca = broker.identity().writeRoot(folder.resolve("ca.pem"));
      List<String> arguments = new ArrayList<>(List.of(sub(broker, ca)));
      arguments.add("--count=1");
      Process process = start(LAUNCHER, List.of(), arguments.toArray(new String[0]));
      try (var lines = process.errorReader(StandardCharsets.UTF_8)) {
        String line = lines.readLine();
        while (line != null && !line.contains("subscribed")) {
          line = lines.readLine();
        }
        process.destroy();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(143, process.exitValue());
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void sigterm_whileTheBrokerStalls_endsAtOnce() throws Exception {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process process =
          start(
              LAUNCHER,
              List.of(),
              "sub",
              "--broker=mqtts://localhost:" + listener.getLocalPort(),
              "--topic=a");
      try (Socket stalled = listener.accept()) {
        assertTrue(stalled.getInputStream().read() >= 0);
        process.destroy();
        assertTrue(process.waitFor(4, TimeUnit.SECONDS), "still there 4 s after the signal");
        assertEquals(143, process.exitValue());
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "no_SUCH.UTF-8", ""})
  void arguments_areUtf8_whateverTheLocale(String locale) throws Exception {
    try (var broker = ScriptedBroker.builder().onConnection(Script.accepting()).start()) {
      Path ca = broker.identity().writeRoot(folder.resolve("ca.pem"));
      // Octal, since this JVM may not be able to write the letter in an argument itself.
      String script =
          "unset LC_CTYPE LANG; export LC_ALL=$1; shift; exec \"$@\" --message \"$(printf"
              + " '\\303\\274')\"";
      Result result =
          run(
              Path.of("/bin/sh"),
              List.of(),
              "-c",
              script,
              "sh",
              locale,
              LAUNCHER.toString(),
              "pub",
              "--broker=" + broker.uri(),
              "--ca=" + ca,
              "--client-id=c",
              "--topic=t");
      assertEquals(0, result.code(), result.err());
      var publish = (MqttPacket.Publish) broker.received(MqttType.PUBLISH).get(0);
      assertEquals("\u00fc", publish.payload().toUtf8());
    }
  }

  private static String[] sub(ScriptedBroker broker, Path ca) {
    return new String[] {
      "sub", "--broker=" + broker.uri(), "--ca=" + ca, "--client-id=c", "--topic=a/#"
    };
  }

  private record Result(int code, String out, String err) {}

  private Result run(Path launcher, List<String> javaOptions, String... arguments)
      throws IOException, InterruptedException {
    Process process = start(launcher, javaOptions, arguments);
    try {
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      return new Result(process.exitValue(), out, err);
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(Path launcher, List<String> javaOptions, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("MOORING_JAVA_OPTS", String.join(" ", javaOptions));
    return builder.start();
  }
}
