package io.mooring.examples.raspberrypi.hardware;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The hardware as configured. What is not configured is not touched, and needs no permission. A
 * part that is not there stops nothing else: it says so when it is used, and in {@link #describe}.
 */
public final class Wired implements Hardware {
  private static final int ADDRESS = 0xFF;

  private final Board board;
  private final List<Sensor> sensors = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private final List<Pi4jParts> opened = new ArrayList<>();
  private final Wiring wiring;
  private final Led led;
  private final @Nullable Pi4jParts lines;

  /** Pi4J's contexts; tests give simulated ones. */
  interface Opener {
    Pi4jParts open() throws HardwareException;
  }

  private Wired(Path sys, Path proc, Wiring wiring, Opener lineOpener, Opener i2cOpener) {
    this.wiring = wiring;
    this.board = Board.in(sys, proc);
    sensors.add(board);
    wiring.bme280().ifPresent(place -> sensors.add(bme280(place, i2cOpener)));
    if (wiring.ds18b20()) {
      OneWire bus = KernelOneWire.in(sys);
      sensors.add(new Ds18b20(bus, "DS18B20 in " + sys.resolve("bus/w1/devices")));
    }
    this.lines =
        wiring.led().isPresent() || wiring.button().isPresent() ? opened(lineOpener) : null;
    this.led = led(sys);
  }

  /** The hardware of this board. */
  public static Wired open(Wiring wiring) {
    return in(Path.of("/sys"), Path.of("/proc"), wiring, Pi4jParts::lines, Pi4jParts::i2c);
  }

  static Wired in(Path sys, Path proc, Wiring wiring, Opener lines, Opener i2c) {
    return new Wired(sys, proc, wiring, lines, i2c);
  }

  private Sensor bme280(int where, Opener opener) {
    int bus = where >> Byte.SIZE;
    int device = where & ADDRESS;
    String place = "/dev/i2c-" + bus + " 0x" + Integer.toHexString(device);
    Pi4jParts parts = opened(opener);
    return new ReopeningSensor(
        "climate",
        "BME280 at " + place,
        () -> {
          if (parts == null) {
            throw new HardwareException(place + ": Pi4J did not begin; see the birth message");
          }
          return Bme280.open(parts.registers(bus, device, place), place);
        });
  }

  private @Nullable Pi4jParts opened(Opener opener) {
    try {
      Pi4jParts parts = opener.open();
      opened.add(parts);
      return parts;
    } catch (HardwareException e) {
      missing.add(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private Led led(Path sys) {
    try {
      if (wiring.boardLed()) {
        return SysfsLed.in(sys);
      }
      if (wiring.led().isEmpty()) {
        return new NoLed("no LED is configured (setting led)");
      }
      return lines == null
          ? new NoLed("GPIO is not there; see the birth message")
          : lines.led(wiring.led().getAsInt());
    } catch (HardwareException e) {
      missing.add(String.valueOf(e.getMessage()));
      return new NoLed(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String model() {
    return board.model();
  }

  @Override
  public List<Sensor> sensors() {
    return List.copyOf(sensors);
  }

  @Override
  public Led led() {
    return led;
  }

  @Override
  public void onButton(Consumer<Boolean> listener) {
    if (lines != null && wiring.button().isPresent()) {
      try {
        lines.button(wiring.button().getAsInt(), listener);
      } catch (HardwareException e) {
        missing.add(String.valueOf(e.getMessage()));
      }
    }
  }

  @Override
  public String describe() {
    String parts =
        sensors.stream().map(Sensor::describe).collect(Collectors.joining("; "))
            + "; "
            + led.describe();
    if (wiring.button().isPresent()) {
      parts += "; button on line " + wiring.button().getAsInt();
    }
    return missing.isEmpty() ? parts : parts + "; MISSING: " + String.join("; ", missing);
  }

  @Override
  public void close() {
    for (Pi4jParts parts : opened) {
      try {
        parts.close();
      } catch (HardwareException e) {
        // The process ends, and the kernel takes back what it held.
        missing.add(String.valueOf(e.getMessage()));
      }
    }
  }
}
