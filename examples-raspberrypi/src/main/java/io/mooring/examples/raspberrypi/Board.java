package io.mooring.examples.raspberrypi;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.TreeSet;

/**
 * The board's sensors, read from the kernel's files. Where one is absent a simulated value takes
 * its place, and each reading says so.
 */
final class Board {
  private static final double COLDEST = -60;
  private static final double HOTTEST = 150;

  private final Path sys;
  private final Path proc;
  private int simulatedSteps;

  private Board(Path sys, Path proc) {
    this.sys = sys;
    this.proc = proc;
  }

  static Board ofThisMachine() {
    return in(Path.of("/sys"), Path.of("/proc"));
  }

  static Board in(Path sys, Path proc) {
    return new Board(sys, proc);
  }

  /**
   * Temperature and load at one moment.
   *
   * @param celsius the CPU's temperature in degrees Celsius
   * @param celsiusSimulated true if there is no sensor
   * @param load the load average of the last minute
   * @param loadSimulated true if the kernel tells none
   */
  record Reading(double celsius, boolean celsiusSimulated, double load, boolean loadSimulated) {
    String toJson() {
      return String.format(
          Locale.ROOT,
          "{\"celsius\":%.1f,\"celsiusSimulated\":%s,\"load\":%.2f,\"loadSimulated\":%s}",
          celsius,
          celsiusSimulated,
          load,
          loadSimulated);
    }
  }

  Reading read() {
    OptionalDouble celsius = temperature();
    OptionalDouble load = load();
    return new Reading(
        celsius.orElseGet(this::simulatedCelsius),
        celsius.isEmpty(),
        load.orElse(0),
        load.isEmpty());
  }

  String describe() {
    return "CPU temperature "
        + (temperature().isPresent() ? "from " + thermal() : "SIMULATED (no sensor)")
        + ", load "
        + (load().isPresent() ? "from " + proc.resolve("loadavg") : "SIMULATED (no loadavg)");
  }

  /** The first thermal zone with a plausible value; zone 0 is the CPU on a Raspberry Pi. */
  private OptionalDouble temperature() {
    TreeSet<Path> zones = new TreeSet<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(thermal(), "thermal_zone*")) {
      found.forEach(zones::add);
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
    return zones.stream()
        .map(zone -> number(zone.resolve("temp")))
        .flatMapToDouble(OptionalDouble::stream)
        .map(milliCelsius -> milliCelsius / 1000)
        .filter(celsius -> celsius > COLDEST && celsius < HOTTEST)
        .findFirst();
  }

  private OptionalDouble load() {
    return number(proc.resolve("loadavg"));
  }

  private Path thermal() {
    return sys.resolve("class/thermal");
  }

  /** The first word of a file, if it is a number. */
  private static OptionalDouble number(Path file) {
    try {
      double value = Double.parseDouble(Files.readString(file).strip().split("\\s+", 2)[0]);
      return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    } catch (IOException | NumberFormatException e) {
      // A sensor that cannot be read is an absent one: the reading says that it is simulated.
      return OptionalDouble.empty();
    }
  }

  private double simulatedCelsius() {
    return 48 + 3 * Math.sin(simulatedSteps++ / 10.0);
  }
}
