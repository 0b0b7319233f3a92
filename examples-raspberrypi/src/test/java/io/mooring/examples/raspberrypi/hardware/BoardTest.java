package io.mooring.examples.raspberrypi.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoardTest {
  @TempDir Path root;

  @Test
  void everything_isReadFromTheKernelsFiles() throws Exception {
    zone("thermal_zone0", "48312\n");
    write("proc/loadavg", "0.42 0.30 0.21 1/123 4567\n");
    write(
        "proc/meminfo", "MemTotal:        948304 kB\nMemFree: 1 kB\nMemAvailable:    612344 kB\n");
    write("sys/devices/platform/soc/soc:firmware/get_throttled", "0\n");

    assertEquals(
        "{\"celsius\":48.3,\"load\":0.42,\"underVoltage\":false,\"throttled\":false,"
            + "\"throttledSinceBoot\":false,\"memoryTotalKiB\":948304,\"memoryAvailableKiB\":612344}",
        board().read());
    assertTrue(board().describe().contains("CPU temperature from " + root.resolve("sys")));
  }

  /** Bits of {@code vcgencmd get_throttled}: now in the lower half, since boot in the upper. */
  @ParameterizedTest
  @CsvSource({
    "1,true,false,false",
    "2,false,true,false",
    "4,false,true,false",
    "8,false,true,false",
    "50000,false,false,true",
    "50005,true,true,true"
  })
  void firmwaresWord_isToldApart(String word, boolean volts, boolean now, boolean boot)
      throws Exception {
    write("sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled", word + "\n");

    assertEquals(
        "{\"underVoltage\":%s,\"throttled\":%s,\"throttledSinceBoot\":%s}"
            .formatted(volts, now, boot),
        board().read());
  }

  @Test
  void whatIsAbsent_isLeftOut() throws Exception {
    write("proc/loadavg", "1.50 0 0 1/1 1");
    assertEquals("{\"load\":1.50}", board().read());
  }

  @Test
  void nothingAtAll_isNoReading() {
    assertThrows(HardwareException.class, () -> board().read());
    assertEquals("CPU temperature unknown (no thermal zone)", board().describe());
  }

  @Test
  void firstZone_unreadableOrImplausible_isPassedOver() throws Exception {
    zone("thermal_zone0", "not a number");
    zone("thermal_zone1", "-274000");
    zone("thermal_zone2", "51000");

    assertEquals("{\"celsius\":51.0}", board().read());
  }

  @Test
  void model_isTheDeviceTrees_withoutItsFinalZero() throws IOException {
    assertEquals(System.getProperty("os.arch"), board().model());
    write("proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0");
    assertEquals("Raspberry Pi 4 Model B Rev 1.4", board().model());
  }

  @Test
  void json_hasADotInEveryLocale_andEscapesWhatRfc8259Asks() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals(
          "{\"n\":48.3,\"t\":\"a\\\"b\\\\c\\u000a\"}",
          new Json().number("n", 48.312, 1).text("t", "a\"b\\c\n").toString());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void ledOfTheBoard_isSwitchedAndItsTriggerRemoved() throws Exception {
    write("sys/class/leds/ACT/brightness", "0");
    write("sys/class/leds/ACT/trigger", "mmc0");

    assertEquals("led is on", SysfsLed.in(root.resolve("sys")).set(true));

    assertEquals("1", Files.readString(root.resolve("sys/class/leds/ACT/brightness")));
    assertEquals("none", Files.readString(root.resolve("sys/class/leds/ACT/trigger")));
  }

  @Test
  void ledOfTheBoard_absent_isRefused() {
    assertThrows(HardwareException.class, () -> SysfsLed.in(root.resolve("sys")));
  }

  private Board board() {
    return Board.in(root.resolve("sys"), root.resolve("proc"));
  }

  private void zone(String name, String temperature) throws IOException {
    write("sys/class/thermal/" + name + "/temp", temperature);
  }

  private void write(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
