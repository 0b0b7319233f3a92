package io.mooring.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  private static final Path OUT = Path.of("results");

  private static Options parse(String... arguments) throws UsageException {
    return Options.parse(OUT, arguments);
  }

  @Test
  void nothing_meansAllRowsOfAllClients_fiveTimes() throws UsageException {
    Options options = parse();
    assertEquals(
        List.of("mooring", "hivemq", "paho-jsse", "paho-bc", "aws-crt", "raw"), options.clients());
    assertEquals(5, options.effectiveRuns());
    assertFalse(options.quick());
    assertTrue(options.wants("cold-tuned") && options.wants("publish-q2-16384-w1000"));
    assertEquals(OUT, options.out());
    assertNull(options.image());
  }

  @Test
  void quick_runsThreeTimes_unlessToldOtherwise() throws UsageException {
    assertEquals(3, parse("--quick").effectiveRuns());
    assertEquals(7, parse("--quick", "--runs", "7").effectiveRuns());
  }

  @Test
  void quick_leavesOutPeersThatNoTargetIsAbout_unlessTheyAreAskedFor() throws UsageException {
    assertFalse(parse("--quick").clients().contains("paho-bc"));
    assertTrue(parse("--quick", "--clients", "paho-bc").clients().contains("paho-bc"));
  }

  @Test
  void clients_keepTheOrderOfTheReport() throws UsageException {
    assertEquals(List.of("mooring", "raw"), parse("--clients", "raw,mooring").clients());
  }

  @Test
  void jvmFlags_areSplitAtBlanks() throws UsageException {
    assertEquals(
        List.of("-Xmx64m", "-XX:+UseSerialGC"),
        parse("--jvm", " -Xmx64m  -XX:+UseSerialGC ").jvm());
  }

  @ParameterizedTest
  @CsvSource({
    "publish-q1, publish-q1-64-w100, true",
    "publish-q1, publish-q2-64-w100, false",
    "cold, cold-default, true",
    "cold, idle-default, false",
    "connect-scram-keys, connect-scram, true",
    "connect-scram, connect-cert, false",
    "outbox-on, outbox, true",
    "receive-q0-64, receive-q0-64, true",
    "storm, connections-1000, false",
    "image, image-arm64, true"
  })
  void rows_areChosenByHowTheyBegin(String asked, String row, boolean wanted)
      throws UsageException {
    assertEquals(wanted, parse("--rows", asked).wants(row));
  }

  @Test
  void rows_severalAreAddedUp() throws UsageException {
    Options options = parse("--rows", "jars,storm");
    assertTrue(options.wants("jars") && options.wants("storm-600"));
    assertFalse(options.wants("xmx-tuned"));
  }

  @Test
  void image_isWhatTheScriptHasBuilt_orNone(@TempDir Path folder) throws Exception {
    Path launcher = Files.createDirectories(folder.resolve("bin")).resolve("java");
    Files.writeString(launcher, "");
    Path packed = Files.writeString(folder.resolve("image.tar.xz"), "");
    Options options = parse("--image", folder.toString(), "--image-arm64", packed.toString());
    assertNotNull(options.image());
    assertNotNull(options.armImage());
    assertNull(parse("--image", "none").image());
  }

  @ParameterizedTest
  @CsvSource({
    "--fast, unknown option --fast",
    "publish, unknown option publish",
    "--runs, --runs takes a value",
    "--runs 0, --runs takes 1 to 100; got '0'",
    "--runs five, --runs takes 1 to 100; got 'five'",
    "--runs 1000, --runs takes 1 to 100; got '1000'",
    "--clients mosquitto, no client is called 'mosquitto'",
    "--rows warp, no row begins with 'warp'",
    "--out, --out takes a value",
    "--image /nowhere, --image: there is no /nowhere/bin/java",
    "--image-arm64 /nowhere, --image-arm64: there is no /nowhere"
  })
  void badOption_isNamed_withWhatItTakes(String line, String message) {
    UsageException failure = assertThrows(UsageException.class, () -> parse(line.split(" ", -1)));
    assertTrue(failure.getMessage().startsWith(message), failure::getMessage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--quick", "--rows", "--clients", "--runs", "--out", "--jvm", "--image"})
  void usage_namesEveryOption(String option) {
    assertTrue(Options.USAGE.contains(option));
  }
}
