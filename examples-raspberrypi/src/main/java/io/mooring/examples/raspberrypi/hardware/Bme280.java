package io.mooring.examples.raspberrypi.hardware;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Bosch BME280: temperature, air pressure and humidity over I2C (data sheet BST-BME280-DS002). It
 * sleeps between readings: each one is a forced measurement, which also warms it least.
 */
final class Bme280 implements Sensor {
  private static final int ID = 0xD0;
  private static final int ID_BME280 = 0x60;
  private static final int ID_BMP280 = 0x58;
  private static final int RESET = 0xE0;
  private static final int RESET_WORD = 0xB6;
  private static final int CTRL_HUM = 0xF2;
  private static final int STATUS = 0xF3;
  private static final int CTRL_MEAS = 0xF4;
  private static final int CONFIG = 0xF5;
  private static final int DATA = 0xF7;
  private static final int TRIM_LOW = 0x88;
  private static final int TRIM_HIGH = 0xE1;

  private static final int MEASURING = 0x08;
  private static final int COPYING_TRIM = 0x01;
  private static final int ONCE = 0b001; // oversampling x1
  private static final int FORCED = 0b01;
  // What the registers hold when a measurement was skipped.
  private static final int NO_VALUE_20 = 0x80000;
  private static final int NO_VALUE_16 = 0x8000;
  // 9.3 ms is the longest measurement with each value once (section 9.1), 2 ms the start-up.
  private static final int POLLS = 20;
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final Registers registers;
  private final String place;
  private final Bme280Calibration calibration;

  private Bme280(Registers registers, String place, Bme280Calibration calibration) {
    this.registers = registers;
    this.place = place;
    this.calibration = calibration;
  }

  /**
   * Resets the sensor and reads its trimming values.
   *
   * @param place where it is, for messages
   */
  static Bme280 open(Registers registers, String place) throws HardwareException {
    int id = registers.read(ID, 1)[0] & 0xFF;
    if (id != ID_BME280) {
      throw new HardwareException(
          place
              + ": chip id 0x"
              + Integer.toHexString(id)
              + (id == ID_BMP280
                  ? " is a BMP280, which measures no humidity"
                  : " is no BME280 (0x60); check the address"));
    }
    registers.write(RESET, RESET_WORD);
    awaitClear(registers, COPYING_TRIM, place);
    Bme280Calibration calibration =
        Bme280Calibration.of(registers.read(TRIM_LOW, 26), registers.read(TRIM_HIGH, 7));
    registers.write(CONFIG, 0); // no filter: a reading stands for its own moment
    return new Bme280(registers, place, calibration);
  }

  @Override
  public String name() {
    return "climate";
  }

  @Override
  public String describe() {
    return "BME280 at " + place;
  }

  @Override
  public String read() throws HardwareException {
    // Humidity counts only once ctrl_meas is written after it (section 5.4.3).
    registers.write(CTRL_HUM, ONCE);
    registers.write(CTRL_MEAS, ONCE << 5 | ONCE << 2 | FORCED);
    awaitClear(registers, MEASURING, place);
    // One burst, or the values may belong to two measurements (section 4.1).
    byte[] data = registers.read(DATA, 8);
    int adcP = twenty(data, 0);
    int adcT = twenty(data, 3);
    int adcH = (data[6] & 0xFF) << 8 | (data[7] & 0xFF);
    if (adcT == NO_VALUE_20 || adcP == NO_VALUE_20 || adcH == NO_VALUE_16) {
      throw new HardwareException(place + ": the BME280 did not measure; was it just plugged in?");
    }
    int fine = calibration.fineTemperature(adcT);
    return new Json()
        .number("celsius", Bme280Calibration.celsius(fine), 2)
        .number("hectopascal", calibration.pascal(adcP, fine) / 100, 2)
        .number("percent", calibration.percent(adcH, fine), 1)
        .toString();
  }

  private static int twenty(byte[] data, int at) {
    return (data[at] & 0xFF) << 12 | (data[at + 1] & 0xFF) << 4 | (data[at + 2] & 0xFF) >> 4;
  }

  private static void awaitClear(Registers registers, int bit, String place)
      throws HardwareException {
    for (int i = 0; i < POLLS; i++) {
      LockSupport.parkNanos(POLL_NANOS);
      if ((registers.read(STATUS, 1)[0] & bit) == 0) {
        return;
      }
    }
    throw new HardwareException(place + ": the BME280 is busy for more than 40 ms");
  }
}
