package io.mooring.examples.raspberrypi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadTest {
  private static final String SETTINGS =
      """
      broker = mqtts://broker.example
      client-id = pi-1
      keystore = device.p12
      storepass-file = storepass
      """;

  @TempDir Path folder;
  private Path file;
  private Reload reload;

  @BeforeEach
  void start() throws Exception {
    file = Files.writeString(folder.resolve("pi.conf"), SETTINGS);
    List<String> args = List.of("--config", file.toString());
    reload = new Reload(args, Map.of(), Settings.parse(args, Map.of()));
  }

  @Test
  void fileThatDidNotChange_isNotReadAgain() {
    assertNull(reload.look());
  }

  @Test
  void liveSetting_isTakenOverOnce() throws IOException {
    replace(SETTINGS + "interval = 5\n");

    Reload.Outcome outcome = reload.look();

    assertEquals(Duration.ofSeconds(5), outcome.live().interval());
    assertEquals(
        "Settings read again: interval 5 s, command-deadline 5 s, keep-readings 86400 s",
        outcome.said());
    assertNull(reload.look());
  }

  @Test
  void otherSetting_isSaidToWaitForARestart() throws IOException {
    replace(SETTINGS + "interval = 5\nled = 17\n");

    Reload.Outcome outcome = reload.look();

    assertEquals(Duration.ofSeconds(5), outcome.live().interval());
    assertTrue(outcome.said().endsWith("take a restart: led"), outcome.said());
  }

  @Test
  void mistake_changesNothing_andIsToldWithLineAndReason() throws IOException {
    replace(SETTINGS + "interval = soon\n");

    Reload.Outcome outcome = reload.look();

    assertNull(outcome.live());
    assertEquals(
        "Settings not taken over, those before stay: "
            + file
            + ":5: interval takes whole seconds from 1 to 3600, not 'soon'",
        outcome.said());
  }

  @Test
  void fileThatIsReplacedByAnother_isAbsentForAMoment_andReadOnceItIsThere() throws IOException {
    Files.delete(file);
    assertNull(reload.look());
    Files.writeString(file, SETTINGS + "interval = 9\n");
    assertNotNull(reload.look());
  }

  /** As editors do: another file in its place. */
  private void replace(String content) throws IOException {
    Path other = Files.writeString(folder.resolve("other"), content);
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
