package io.mooring.examples.raspberrypi.hardware;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
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

  private final List<Sensor> sensors = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private final Wiring wiring;
  private Led led = SysfsLed.simulated();
  private @Nullable Pi4jParts pi4j;

  private Wired(Wiring wiring) {
    this.wiring = wiring;
  }

  /** The real hardware. */
  public static Wired open(Wiring wiring) {
    Wired wired = new Wired(wiring);
    Context context = null;
    if (wiring.needsPi4j()) {
      try {
        context = Pi4J.newAutoContext();
      } catch (Pi4JException | IllegalStateException | LinkageError e) {
        wired.missing.add("GPIO and I2C: " + e.getMessage());
      }
    }
    wired.wire(Path.of("/sys"), Path.of("/proc"), context);
    return wired;
  }

  /** Hardware that exists in words only; the board's own values are true where it tells them. */
  public static Wired simulated() {
    Wired wired = new Wired(Wiring.BARE);
    wired.sensors.add(Board.in(Path.of("/sys"), Path.of("/proc")));
    SimulatedBme280 registers = new SimulatedBme280();
    wired.sensors.add(
        new ReopeningSensor(
            "climate", "BME280 SIMULATED", () -> Bme280.open(registers, "simulated")));
    return wired;
  }

  static Wired in(Path sys, Path proc, Wiring wiring, @Nullable Context context) {
    Wired wired = new Wired(wiring);
    wired.wire(sys, proc, context);
    return wired;
  }

  private void wire(Path sys, Path proc, @Nullable Context context) {
    sensors.add(Board.in(sys, proc));
    if (wiring.ds18b20()) {
      sensors.add(new Ds18b20(sys));
    }
    if (wiring.boardLed()) {
      led = SysfsLed.in(sys);
    }
    if (context == null) {
      return;
    }
    Pi4jParts parts = new Pi4jParts(context);
    pi4j = parts;
    if (wiring.led().isPresent()) {
      try {
        led = parts.led(wiring.led().getAsInt());
      } catch (HardwareException e) {
        led = new MissingLed(e);
        missing.add(String.valueOf(e.getMessage()));
      }
    }
    if (wiring.bme280().isPresent()) {
      int bus = wiring.bme280().getAsInt() >> Byte.SIZE;
      int device = wiring.bme280().getAsInt() & ADDRESS;
      String place = "/dev/i2c-" + bus + " 0x" + Integer.toHexString(device);
      sensors.add(
          new ReopeningSensor(
              "climate",
              "BME280 at " + place,
              () -> Bme280.open(parts.registers(bus, device, place), place)));
    }
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
    if (pi4j != null && wiring.button().isPresent()) {
      try {
        pi4j.button(wiring.button().getAsInt(), listener);
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
    if (pi4j != null) {
      pi4j.close();
    }
  }

  private record MissingLed(HardwareException cause) implements Led {
    @Override
    public String set(boolean on) throws HardwareException {
      throw new HardwareException(String.valueOf(cause.getMessage()), cause);
    }

    @Override
    public String describe() {
      return "LED missing";
    }
  }
}
