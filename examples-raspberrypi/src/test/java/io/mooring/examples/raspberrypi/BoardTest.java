package io.mooring.examples.raspberrypi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.examples.raspberrypi.Board.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardTest {
  @TempDir Path root;

  @Test
  void sensors_areReadFromTheKernelsFiles() throws IOException {
    zone("thermal_zone0", "48312\n");
    loadavg("0.42 0.30 0.21 1/123 4567\n");

    Reading reading = board().read();

    assertEquals(new Reading(48.312, false, 0.42, false), reading);
    assertTrue(board().describe().contains("CPU temperature from " + root.resolve("sys")));
  }

  @Test
  void sensors_absent_areSimulatedAndSaidSo() {
    Reading reading = board().read();

    assertTrue(reading.celsiusSimulated());
    assertTrue(reading.loadSimulated());
    assertTrue(board().describe().contains("SIMULATED"), board().describe());
    assertEquals(
        "{\"celsius\":48.0,\"celsiusSimulated\":true,\"load\":0.00,\"loadSimulated\":true}",
        reading.toJson());
  }

  @Test
  void firstZone_unreadableOrImplausible_isPassedOver() throws IOException {
    zone("thermal_zone0", "not a number");
    zone("thermal_zone1", "-274000");
    zone("thermal_zone2", "51000");

    assertEquals(51.0, board().read().celsius());
  }

  @Test
  void json_hasADotInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals(
          "{\"celsius\":48.3,\"celsiusSimulated\":false,\"load\":0.42,\"loadSimulated\":false}",
          new Reading(48.312, false, 0.42, false).toJson());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void led_ofTheBoard_isSwitchedAndItsTriggerRemoved() throws IOException, RefusedCommandException {
    Path folder = Files.createDirectories(root.resolve("sys/class/leds/ACT"));
    Files.writeString(folder.resolve("brightness"), "0");
    Files.writeString(folder.resolve("trigger"), "mmc0");

    assertEquals("led is on", Led.in(root.resolve("sys")).set(true));

    assertEquals("1", Files.readString(folder.resolve("brightness")));
    assertEquals("none", Files.readString(folder.resolve("trigger")));
  }

  @Test
  void led_absent_isSimulatedAndSaidSo() throws RefusedCommandException {
    Led led = Led.in(root.resolve("sys"));
    assertEquals("led is off (simulated)", led.set(false));
    assertTrue(led.describe().contains("simulated"));
  }

  private Board board() {
    return Board.in(root.resolve("sys"), root.resolve("proc"));
  }

  private void zone(String name, String temperature) throws IOException {
    Path zone = Files.createDirectories(root.resolve("sys/class/thermal").resolve(name));
    Files.writeString(zone.resolve("temp"), temperature);
  }

  private void loadavg(String content) throws IOException {
    Files.writeString(Files.createDirectories(root.resolve("proc")).resolve("loadavg"), content);
  }
}
