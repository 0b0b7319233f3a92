package io.mooring.examples.raspberrypi.hardware;

import java.util.SortedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Thermometers of the kind DS18B20 on the one-wire bus. Which ones are there is looked up anew each
 * time: they may be plugged. One that fails does not hide the others.
 */
final class Ds18b20 implements Sensor {
  private static final Pattern VERDICT = Pattern.compile("crc=[0-9a-f]{2} (YES|NO)\\s*$");
  private static final Pattern MILLI_CELSIUS = Pattern.compile("t=(-?[0-9]{1,6})\\s*$");
  // What the part holds when power was lost before the conversion: 85 degrees, and never measured.
  private static final int POWER_ON_VALUE = 85_000;
  private static final int COLDEST = -55_000;
  private static final int HOTTEST = 125_000;

  private final OneWire bus;
  private final String description;

  /**
   * @param description what it is and where it is, for people
   */
  Ds18b20(OneWire bus, String description) {
    this.bus = bus;
    this.description = description;
  }

  @Override
  public String name() {
    return "probes";
  }

  @Override
  public String describe() {
    return description;
  }

  @Override
  public String read() throws HardwareException {
    SortedSet<String> probes = bus.probes();
    if (probes.isEmpty()) {
      throw new HardwareException("no DS18B20 answers on the one-wire bus; check the wiring");
    }
    Json readings = new Json();
    Json faults = new Json();
    for (String probe : probes) {
      try {
        readings.number(probe, milliCelsius(bus.slave(probe)) / 1000.0, 3);
      } catch (HardwareException e) {
        faults.text(probe, String.valueOf(e.getMessage()));
      }
    }
    if (readings.isEmpty()) {
      throw new HardwareException("no DS18B20 gave a value: " + faults);
    }
    return faults.isEmpty() ? readings.toString() : readings.raw("faults", faults).toString();
  }

  /** The value in what {@link OneWire#slave} says, in thousandths of a degree. */
  static int milliCelsius(String slave) throws HardwareException {
    String[] lines = slave.split("\n", -1);
    Matcher verdict = VERDICT.matcher(lines[0]);
    if (lines.length < 2 || !verdict.find()) {
      throw new HardwareException("not what the kernel says of a DS18B20");
    }
    if (verdict.group(1).equals("NO")) {
      throw new HardwareException("checksum wrong; is the cable too long?");
    }
    Matcher value = MILLI_CELSIUS.matcher(lines[1]);
    if (!value.find()) {
      throw new HardwareException("no value in what the kernel says");
    }
    int milliCelsius = Integer.parseInt(value.group(1));
    if (milliCelsius == POWER_ON_VALUE) {
      throw new HardwareException(
          "85 degrees is its value without a measurement; is its supply weak?");
    }
    if (milliCelsius < COLDEST || milliCelsius > HOTTEST) {
      throw new HardwareException(milliCelsius + " thousandths of a degree are out of its range");
    }
    return milliCelsius;
  }
}
