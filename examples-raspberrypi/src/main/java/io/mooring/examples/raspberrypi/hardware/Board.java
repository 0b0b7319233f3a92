package io.mooring.examples.raspberrypi.hardware;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The board itself, read from the kernel's files: temperature, load, throttling and memory. Where
 * the board has no thermometer or no load a simulated value takes its place and says so; what else
 * is absent is left out.
 */
public final class Board implements Sensor {
  private static final double COLDEST = -60;
  private static final double HOTTEST = 150;
  // Bits of the firmware's word (documentation of vcgencmd get_throttled).
  private static final long UNDER_VOLTAGE = 1;
  private static final long CAPPED_OR_THROTTLED = 1 << 1 | 1 << 2 | 1 << 3;
  private static final int SINCE_BOOT = 16;

  private final Path sys;
  private final Path proc;
  private int simulatedSteps;

  private Board(Path sys, Path proc) {
    this.sys = sys;
    this.proc = proc;
  }

  /**
   * The board whose kernel's files are in these folders, usually {@code /sys} and {@code /proc}.
   */
  public static Board in(Path sys, Path proc) {
    return new Board(sys, proc);
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public String read() {
    OptionalDouble celsius = temperature();
    OptionalDouble load = number(proc.resolve("loadavg"));
    Json json =
        new Json()
            .number("celsius", celsius.orElseGet(this::simulatedCelsius), 1)
            .flag("celsiusSimulated", celsius.isEmpty())
            .number("load", load.orElse(0), 2)
            .flag("loadSimulated", load.isEmpty());
    throttled()
        .ifPresent(
            word ->
                json.flag("underVoltage", (word & UNDER_VOLTAGE) != 0)
                    .flag("throttled", (word & CAPPED_OR_THROTTLED) != 0)
                    .flag("throttledSinceBoot", word >>> SINCE_BOOT != 0));
    memory("MemTotal").ifPresent(kib -> json.number("memoryTotalKiB", kib));
    memory("MemAvailable").ifPresent(kib -> json.number("memoryAvailableKiB", kib));
    return json.toString();
  }

  @Override
  public String describe() {
    return "CPU temperature "
        + (temperature().isPresent() ? "from " + thermal() : "SIMULATED (no sensor)")
        + ", load "
        + (number(proc.resolve("loadavg")).isPresent()
            ? "from " + proc.resolve("loadavg")
            : "SIMULATED (no loadavg)")
        + (throttled().isPresent() ? ", throttling from the firmware" : "");
  }

  /** The board's own name, such as {@code Raspberry Pi 4 Model B Rev 1.4}, if it has one. */
  public @Nullable String model() {
    try {
      return Files.readString(proc.resolve("device-tree/model")).replace("\0", "").strip();
    } catch (IOException e) {
      return null; // not every machine has a device tree
    }
  }

  /** The first thermal zone with a plausible value; zone 0 is the CPU on a Raspberry Pi. */
  private OptionalDouble temperature() {
    return files(thermal(), "thermal_zone*").stream()
        .map(zone -> number(zone.resolve("temp")))
        .flatMapToDouble(OptionalDouble::stream)
        .map(milliCelsius -> milliCelsius / 1000)
        .filter(celsius -> celsius > COLDEST && celsius < HOTTEST)
        .findFirst();
  }

  /** The firmware's word, in hexadecimal; its path has the name of the chip in it. */
  private OptionalLong throttled() {
    for (Path soc : files(sys.resolve("devices/platform"), "soc*")) {
      for (Path firmware : files(soc, "*firmware")) {
        OptionalLong word = hexadecimal(firmware.resolve("get_throttled"));
        if (word.isPresent()) {
          return word;
        }
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong hexadecimal(Path file) {
    try {
      return OptionalLong.of(Long.parseLong(Files.readString(file).strip(), 16));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty(); // another kernel, or another board: the reading does without
    }
  }

  private OptionalLong memory(String name) {
    try {
      return Files.readAllLines(proc.resolve("meminfo")).stream()
          .filter(line -> line.startsWith(name + ":"))
          .map(line -> line.replaceAll("[^0-9]", ""))
          .filter(digits -> !digits.isEmpty())
          .mapToLong(Long::parseLong)
          .findFirst();
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private Path thermal() {
    return sys.resolve("class/thermal");
  }

  private static Set<Path> files(Path folder, String glob) {
    TreeSet<Path> found = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      entries.forEach(found::add);
    } catch (IOException e) {
      found.clear(); // a folder that is not there holds nothing
    }
    return found;
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
