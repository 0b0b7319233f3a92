package io.mooring.pi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.demo.DemoBroker;
import io.mooring.it.ProgramProcess;
import io.mooring.testkit.RequiredTool;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the page, from keys to the first message. Those of apt and systemctl are followed
 * by {@code examples-raspberrypi/deb/test}, under a systemd.
 */
@Timeout(180)
class PiReadmeTest {
  private static final Path EXAMPLE =
      Path.of("").toAbsolutePath().getParent().resolve("examples-raspberrypi");
  private static final Pattern BLOCK = Pattern.compile("```(sh|console)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern SETTING = Pattern.compile("(?m)^#?([a-z0-9-]+) = ");
  private static final String PASSWORD = "the device's password";

  @TempDir private Path folder;

  @Test
  void tenCommands_leadToTheFirstMessage() throws Exception {
    RequiredTool.orSkip("bash");
    String page = Files.readString(EXAMPLE.resolve("README.md"));
    String section = page.substring(page.indexOf("\n## From bare"), page.indexOf("\n## Wiring"));
    List<MatchResult> blocks = BLOCK.matcher(section).results().toList();
    String all = String.join("", blocks.stream().map(block -> block.group(2)).toList());
    assertEquals(10, all.replace("\\\n", "").lines().count(), all);
    String keys =
        blocks.stream().filter(b -> b.group(1).equals("sh")).findFirst().orElseThrow().group(2);
    String settings =
        all.lines().filter(line -> line.startsWith("printf ")).findFirst().orElseThrow();

    TestIdentity authority = TestCertificates.ca("Brokers").create();
    TestIdentity present = authority.server("localhost");
    authority.writeRoot(folder.resolve("ca.pem"));
    present.writeChain(folder.resolve("broker.pem"));
    TestCertificates.ca("Backup").create().writeChain(folder.resolve("backup.pem"));
    Files.createFile(
        folder.resolve("password"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(folder.resolve("password"), PASSWORD + "\n");
    // As the package installs it, but for the folders of the machine.
    Files.writeString(
        folder.resolve("mooring-pi.conf"),
        Files.readString(EXAMPLE.resolve("mooring-pi.conf"))
            .replace("/etc/mooring-pi/keys/", folder + "/")
            .replace("/var/lib/mooring-pi/", folder + "/"));

    try (DemoBroker broker =
        DemoBroker.builder()
            .certificate(present)
            .base("plant/7")
            .device("pi-0042", PASSWORD)
            .start()) {
      String address = "localhost:" + broker.port();
      run(
          (keys + settings + "\n")
              .replace("broker.example:8883", address)
              .replace("sudo tee -a /etc/mooring-pi/", "tee -a "));

      try (ProgramProcess pi =
          PiWorld.start(
              folder,
              Map.of(),
              "--config",
              folder.resolve("mooring-pi.conf").toString(),
              "--mock")) {
        pi.await("Connected to mqtts://" + address + " as pi-0042");
        pi.await("Reading cpu {");
        assertEquals(0, pi.terminate(), pi::said);
        assertFalse(pi.said().contains("FAILED"), pi::said);
      }
    }
  }

  @Test
  void page_namesWhatIsLive_asTheFileDoes() throws Exception {
    String page = Files.readString(EXAMPLE.resolve("README.md"));
    String file = Files.readString(EXAMPLE.resolve("mooring-pi.conf"));
    for (String live : List.of("interval", "keep-readings", "command-deadline")) {
      String above = file.substring(0, file.indexOf("\n" + live + " = "));
      assertTrue(above.substring(above.lastIndexOf("\n\n")).contains("Live."), live);
    }
    assertTrue(page.contains("`interval`, `keep-readings` and `command-deadline` are live"));
    assertEquals(16, SETTING.matcher(file).results().count());
  }

  private void run(String block) throws Exception {
    String mooring =
        "mooring() { '"
            + System.getProperty("java.home")
            + "/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC io.mooring.cli.Mooring \"$@\";"
            + " }\n";
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", "set -euo pipefail\n" + mooring + block)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(100, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
  }
}
