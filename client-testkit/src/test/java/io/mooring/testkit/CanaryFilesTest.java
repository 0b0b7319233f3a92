package io.mooring.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The net over what tests write, with holes where secrets belong. */
@SecretsOnPurpose("each file is written to be found")
class CanaryFilesTest {
  private static final String SECRET =
      Canaries.planted("a secret in a file", "uV3xk8-in-a-file-Q1");

  @TempDir Path folder;

  @Name("io.mooring.testkit.Told")
  static final class Told extends Event {
    String said = "";
  }

  @Test
  void temporaryFoldersOfTests_areWatched() throws Exception {
    Files.writeString(folder.resolve("stderr1"), "password " + SECRET);
    assertEquals(1, finds().size());
    assertEquals(List.of(), CanaryFiles.FILES.finds(), "the same again");
    Files.writeString(folder.resolve("stderr1"), "\nonce more " + SECRET);
    assertEquals(1, finds().size());
  }

  @Test
  void capturesAndTraces_areKnownByWhatIsInThem() throws Exception {
    Files.write(folder.resolve("any"), ("\n\r\r\n\0\0" + SECRET).getBytes(UTF_8));
    assertEquals(1, finds().size());
    Files.writeString(folder.resolve("other"), "t [m#1] -> CONNECT \"MQTT\" " + SECRET + "\n");
    assertEquals(1, finds().size());
    Files.writeString(folder.resolve("third"), "mooring: connected with " + SECRET + "\n");
    assertEquals(1, finds().size());
  }

  @Test
  void recordings_areRead() throws Exception {
    try (Recording recording = new Recording()) {
      recording.enable("io.mooring.testkit.Told");
      recording.start();
      Told told = new Told();
      told.said = "it was " + SECRET;
      told.commit();
      recording.stop();
      recording.dump(folder.resolve("flight.bin"));
    }
    List<String> finds = finds();
    assertTrue(finds.toString().contains("the recording flight.bin"), finds::toString);
  }

  @Test
  void capture_besideTheFoldersOfTests_isFound() throws Exception {
    Path beside = Files.createTempFile("mooring-canary-test", "");
    try {
      Files.write(beside, ("\n\r\r\n" + SECRET).getBytes(UTF_8));
      assertEquals(1, finds().size());
    } finally {
      Files.delete(beside);
    }
  }

  /** Two builds at once on one machine share that folder. */
  @Test
  void recordingThatAnotherProcessStillWrites_isPassedOver() throws Exception {
    Path beside = Files.createTempFile("mooring-canary-test", ".jfr");
    try {
      Files.write(beside, "FLR\0\0\2".getBytes(UTF_8));
      assertEquals(List.of(), CanaryFiles.FILES.finds());
    } finally {
      Files.delete(beside);
    }
  }

  @Test
  void keysAndPasswords_areWhereTheyBelong() throws Exception {
    Files.writeString(folder.resolve("password"), SECRET + "\n");
    Files.write(folder.resolve("device.p12"), new byte[] {0x30, 0, 1});
    assertEquals(List.of(), CanaryFiles.FILES.finds());
  }

  private static List<String> finds() {
    List<String> finds = CanaryFiles.FILES.finds();
    assertFalse(finds.toString().contains(SECRET), "the find tells the secret");
    return finds;
  }
}
