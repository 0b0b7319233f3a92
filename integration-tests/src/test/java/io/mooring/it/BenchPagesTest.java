package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.RequiredTool;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of docs/GETTING-STARTED.md and docs/PINNING.md, in their order, in one shell. The
 * program that the first page has saved as Meter.java is there, with a shorter wait at its end.
 */
@Timeout(600)
class BenchPagesTest {
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final Pattern PROGRAM =
      Pattern.compile("`Meter\\.java`:\n\n```java\n(.*?)```", Pattern.DOTALL);
  private static final String MINUTE = "Thread.sleep(60_000);";
  private static final String JARS = "\"$MOORING/client-cli/target/lib/*\"";

  @TempDir Path folder;

  @BeforeEach
  void tools() {
    for (String tool : List.of("bash", "openssl", "mosquitto", "mosquitto_passwd")) {
      RequiredTool.orSkip(tool);
    }
  }

  @AfterEach
  void stopBroker() throws Exception {
    Path pid = folder.resolve("broker.pid");
    if (Files.exists(pid)) {
      ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void gettingStarted_endsWithAMessageAtTheBench() throws Exception {
    List<String> blocks = blocks("GETTING-STARTED.md");

    String out = run(blocks);

    assertTrue(out.contains("21.5"), out);
    assertTrue(out.contains("the broker has it"), out);
  }

  @Test
  void pinning_theBackupTakesOver_andANewOneIsMade() throws Exception {
    List<String> blocks = blocks("GETTING-STARTED.md");
    String stop = blocks.remove(blocks.size() - 1);
    List<String> drill = blocks("PINNING.md");
    blocks.addAll(drill);
    blocks.add("echo \"BACKUP is $BACKUP\"\n" + stop);

    String out = run(blocks);

    String backup = out.replaceFirst("(?s).*BACKUP is (\\S+).*", "$1");
    String shown = out.substring(out.lastIndexOf("BACKUP is") - 400);
    assertTrue(shown.contains(backup), shown);
  }

  private String run(List<String> blocks) throws Exception {
    Files.writeString(folder.resolve("Meter.java"), program());
    String commands = String.join("\n", blocks);
    assertTrue(commands.contains(JARS), () -> "the program is not run: " + commands);
    String script =
        commands
            .replace(JARS, "'" + System.getProperty("java.class.path") + "'")
            .replace("localhost:8883", "localhost:" + port)
            .replace(
                "listener 8883", "user " + System.getProperty("user.name") + "\nlistener " + port);
    Shell.Result result = new Shell(folder).run("export PATH=\"$PATH:/usr/sbin:/sbin\"\n" + script);
    assertEquals(0, result.code(), () -> result.err() + result.out());
    return result.out();
  }

  private String program() throws Exception {
    MatchResult program =
        PROGRAM
            .matcher(Files.readString(Path.of("..", "docs", "GETTING-STARTED.md")))
            .results()
            .findFirst()
            .orElseThrow();
    String source = program.group(1);
    assertTrue(source.contains(MINUTE), source);
    return source
        .replace(MINUTE, "Thread.sleep(1);")
        .replace("localhost:8883", "localhost:" + port);
  }

  private final int port = freePort();

  private static List<String> blocks(String page) throws Exception {
    String text = Files.readString(Path.of("..", "docs", page));
    List<String> blocks =
        new ArrayList<>(
            BLOCK.matcher(text).results().map((MatchResult block) -> block.group(1)).toList());
    assertTrue(blocks.size() >= 3, () -> "only " + blocks.size() + " blocks in " + page);
    return blocks;
  }

  /** The page's broker has its port in a file that is written before it starts. */
  private static int freePort() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
