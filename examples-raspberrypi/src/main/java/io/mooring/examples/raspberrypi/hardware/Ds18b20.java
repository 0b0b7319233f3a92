package io.mooring.examples.raspberrypi.hardware;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Thermometers of the kind DS18B20 on the one-wire bus, read from the kernel's files ({@code
 * dtoverlay=w1-gpio}). Which ones are there is looked up anew each time: they may be plugged.
 */
final class Ds18b20 implements Sensor {
  private static final Pattern MILLI_CELSIUS = Pattern.compile("t=(-?[0-9]{1,6})\\s*$");
  // What the part holds when power was lost before the conversion: 85 degrees, and never measured.
  private static final int POWER_ON_VALUE = 85_000;
  private static final int COLDEST = -55_000;
  private static final int HOTTEST = 125_000;

  private final Path devices;

  Ds18b20(Path sys) {
    this.devices = sys.resolve("bus/w1/devices");
  }

  @Override
  public String name() {
    return "probes";
  }

  @Override
  public String describe() {
    return "DS18B20 in " + devices;
  }

  @Override
  public String read() throws HardwareException {
    TreeSet<Path> found = new TreeSet<>();
    try (DirectoryStream<Path> probes = Files.newDirectoryStream(devices, "28-*")) {
      probes.forEach(found::add);
    } catch (IOException e) {
      throw new HardwareException(
          "No one-wire bus in " + devices + "; is dtoverlay=w1-gpio in config.txt?", e);
    }
    if (found.isEmpty()) {
      throw new HardwareException("No DS18B20 answers on the one-wire bus; check the wiring");
    }
    Json readings = new Json();
    for (Path probe : found) {
      readings.number(String.valueOf(probe.getFileName()), celsius(probe), 3);
    }
    return readings.toString();
  }

  private static double celsius(Path probe) throws HardwareException {
    List<String> lines;
    try {
      lines = Files.readAllLines(probe.resolve("w1_slave"));
    } catch (IOException e) {
      throw new HardwareException(probe.getFileName() + " does not answer", e);
    }
    // Two lines: nine bytes with their CRC and the kernel's verdict, then the value.
    if (lines.size() < 2 || !lines.get(0).endsWith("YES")) {
      throw new HardwareException(probe.getFileName() + ": checksum wrong; is the cable too long?");
    }
    Matcher value = MILLI_CELSIUS.matcher(lines.get(1));
    if (!value.find()) {
      throw new HardwareException(probe.getFileName() + ": no value in '" + lines.get(1) + "'");
    }
    int milliCelsius = Integer.parseInt(value.group(1));
    if (milliCelsius == POWER_ON_VALUE) {
      throw new HardwareException(
          probe.getFileName() + ": 85 degrees is its value without a measurement");
    }
    if (milliCelsius < COLDEST || milliCelsius > HOTTEST) {
      throw new HardwareException(
          probe.getFileName() + ": " + milliCelsius + " is out of its range");
    }
    return milliCelsius / 1000.0;
  }
}
