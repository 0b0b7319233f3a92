package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.cli.Mooring;
import io.mooring.testkit.ListeningSockets;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code mooring --audit-sockets} as a process of its own, clean and not. */
@Timeout(60)
@EnabledOnOs(value = OS.LINUX, disabledReason = "sockets are read from /proc")
class CliAuditTest {
  private static final int LISTENING = 10;

  @TempDir private Path folder;
  private Path errors;

  @BeforeEach
  void nameErrors() {
    errors = folder.resolve("stderr");
  }

  @Test
  void pub_cleanProcess_publishes() throws Exception {
    try (ScriptedBroker broker = broker()) {
      Process process = start(broker, List.of(), Mooring.class, "pub", "--message=m");
      assertEquals(0, exit(process), this::said);
      assertEquals(1, broker.received(MqttType.PUBLISH).size());
    }
  }

  @Test
  void pub_debugAgentLeftIn_endsBeforeItConnects_andNamesItsPort() throws Exception {
    String agent = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0";
    try (ScriptedBroker broker = broker()) {
      Process process = start(broker, List.of(agent), Mooring.class, "pub", "--message=m");
      String greeting;
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        greeting = out.readLine();
        assertEquals(LISTENING, exit(process), this::said);
      }
      Matcher port = Pattern.compile("address: (\\d+)").matcher(greeting);
      assertTrue(port.find(), greeting);
      assertTrue(said().contains("listens on TCP 127.0.0.1:" + port.group(1) + " (inode "), said());
      assertEquals(0, broker.accepted());
    }
  }

  @Test
  void sub_listenerThatComesLater_endsItOnThePeriod() throws Exception {
    try (ScriptedBroker broker = broker()) {
      Process process = start(broker, List.of(), LateListener.class, "sub", "--audit-period=1");
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        broker.awaitReceived(MqttType.SUBSCRIBE, 1);
        assertEquals(List.of(), ListeningSockets.ofProcess(process.pid()));
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        String port = out.readLine().substring("listening ".length());
        assertEquals(LISTENING, exit(process), this::said);
        assertTrue(said().contains("TCP 127.0.0.1:" + port + " (inode "), said());
        broker.awaitReceived(MqttType.DISCONNECT, 1);
      }
    }
  }

  private static ScriptedBroker broker() throws IOException {
    return ScriptedBroker.builder().onEveryConnection(Script.accepting()).start();
  }

  private Process start(
      ScriptedBroker broker, List<String> options, Class<?> main, String command, String... more)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(options);
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), command));
    line.add("--broker=" + broker.uri());
    line.add("--ca=" + broker.identity().writeRoot(folder.resolve("ca.pem")));
    line.add("--client-id=meter-0042");
    line.add("--topic=a/b");
    line.add("--audit-sockets");
    line.addAll(List.of(more));
    return new ProcessBuilder(line).redirectError(errors.toFile()).start();
  }

  private static int exit(Process process) throws InterruptedException {
    try {
      assertTrue(process.waitFor(40, SECONDS), "the command does not end");
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private String said() {
    try {
      return Files.readString(errors);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
