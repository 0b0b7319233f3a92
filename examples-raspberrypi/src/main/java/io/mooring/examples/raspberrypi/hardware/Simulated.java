package io.mooring.examples.raspberrypi.hardware;

import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Hardware that exists in words only, for a desk without a board. The drivers are the real ones, in
 * front of registers and files that are made up. LED and button are joined: switching the light on
 * presses the button.
 */
public final class Simulated implements Hardware {
  private final Loopback loopback = new Loopback();
  private final SimulatedBme280 registers = new SimulatedBme280();
  private final List<Sensor> sensors =
      List.of(
          new SimulatedBoard(),
          new ReopeningSensor(
              "climate", "BME280 simulated", () -> Bme280.open(registers, "simulated BME280")),
          new Ds18b20(new SimulatedOneWire(), "DS18B20 simulated"));

  @Override
  public String model() {
    return "simulated";
  }

  @Override
  public List<Sensor> sensors() {
    return sensors;
  }

  @Override
  public Led led() {
    return loopback;
  }

  @Override
  public void onButton(Consumer<Boolean> listener) {
    loopback.listener = listener;
  }

  @Override
  public String describe() {
    return "SIMULATED: CPU temperature, BME280, DS18B20, LED joined to a button";
  }

  @Override
  public void close() {
    loopback.listener = pressed -> {};
  }

  private static final class Loopback implements Led {
    private volatile Consumer<Boolean> listener = pressed -> {};
    private boolean lit;

    @Override
    public String set(boolean on) {
      if (on != lit) {
        lit = on;
        listener.accept(on);
      }
      return "led is " + (on ? "on" : "off") + " (simulated)";
    }

    @Override
    public String describe() {
      return "LED simulated";
    }
  }

  private static final class SimulatedBoard implements Sensor {
    private int steps;

    @Override
    public String name() {
      return "cpu";
    }

    @Override
    public String describe() {
      return "CPU temperature simulated";
    }

    @Override
    public String read() {
      return new Json()
          .number("celsius", 48 + 3 * Math.sin(steps++ / 10.0), 1)
          .number("load", 0.25, 2)
          .flag("simulated", true)
          .toString();
    }
  }

  private static final class SimulatedOneWire implements OneWire {
    private int steps;

    @Override
    public SortedSet<String> probes() {
      return new TreeSet<>(List.of("28-000000000001"));
    }

    /** With the CRC that the kernel compared; here it is nobody's business. */
    @Override
    public String slave(String probe) {
      int milliCelsius = 21_500 + (int) (1000 * Math.sin(steps++ / 10.0));
      int raw = milliCelsius * 16 / 1000;
      String bytes =
          String.format(Locale.ROOT, "%02x %02x 4b 46 7f ff 0c 10 00", raw & 0xFF, raw >> 8);
      return bytes + " : crc=00 YES\n" + bytes + " t=" + milliCelsius + "\n";
    }
  }
}
