package io.mooring.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.examples.esp32bridge.Esp32Bridge;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the bridge's README, word by word; what runs until it is told is left out. */
@Timeout(60)
class BridgeReadmeTest {
  private static final Path EXAMPLE =
      Path.of("").toAbsolutePath().getParent().resolve("examples-esp32-bridge");

  @TempDir private Path folder;

  @Test
  void commands_inTheirOrder_doWhatThePageSays() throws Exception {
    List<String> commands =
        Files.readAllLines(EXAMPLE.resolve("README.md")).stream()
            .map(String::strip)
            .filter(line -> line.startsWith("bridge ") && !line.startsWith("bridge run"))
            .toList();
    assertEquals(3, commands.size(), commands::toString);
    Files.copy(EXAMPLE.resolve("bridge.conf"), folder.resolve("bridge.conf"));
    Files.writeString(folder.resolve("storepass"), "store password\n");
    String script =
        "set -e\nbridge() { \"$JAVA\" -XX:TieredStopAtLevel=1 "
            + Esp32Bridge.class.getName()
            + " \"$@\"; }\n"
            + String.join("\n", commands)
            + "\n";
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", script).directory(folder.toFile());
    shell.environment().put("JAVA", System.getProperty("java.home") + "/bin/java");
    shell.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = shell.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(50, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
    assertTrue(said.contains("Key of meter-01 is in boards.p12"), said);
    assertTrue(said.lines().anyMatch("meter-01"::equals), said);
    assertTrue(said.endsWith("The configuration is good.\n"), said);
    assertTrue(Files.readString(folder.resolve("meter-01.key")).matches("[0-9a-f]{64}\n"));
  }
}
