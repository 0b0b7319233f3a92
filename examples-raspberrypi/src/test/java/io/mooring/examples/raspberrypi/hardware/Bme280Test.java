package io.mooring.examples.raspberrypi.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Bme280Test {
  private static final int ADC_T = 519888;
  private static final int ADC_P = 415148;
  private static final int T_FINE = 128422;

  private final FakeBme280 registers = new FakeBme280();

  @Test
  void trimmingBytes_becomeTheDataSheetsWords() throws HardwareException {
    assertEquals(
        new Bme280Calibration(
            new Bme280Calibration.Triple(27504, 26435, -1000),
            new Bme280Calibration.Pressure(36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000),
            new Bme280Calibration.Humidity(75, 362, 0, 313, 50, 30)),
        calibration());
  }

  @Test
  void twelveBitWordsOfHumidity_areSigned() throws HardwareException {
    // H4 = -1 and H5 = -2 share 0xE5: low bits of H4 in its low half, of H5 in its high half.
    registers.set(0xE4, "ff ef ff");

    assertEquals(-1, calibration().h().h4());
    assertEquals(-2, calibration().h().h5());
  }

  @Test
  void dataSheetsExample_temperature() throws HardwareException {
    int fine = calibration().fineTemperature(ADC_T);

    assertEquals(T_FINE, fine);
    assertEquals(25.08, Bme280Calibration.celsius(fine));
  }

  @Test
  void dataSheetsExample_pressure() throws HardwareException {
    // The example is worked in floating point, rounded at each step.
    assertEquals(100653.27, calibration().pascal(ADC_P, T_FINE), 0.02);
  }

  @Test
  void pressure_whereTheFormulaWouldDivideByZero_isZero() {
    var zeros = new Bme280Calibration.Pressure(0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertEquals(0, new Bme280Calibration(null, zeros, null).pascal(ADC_P, T_FINE)); // dig_P1 of 0
  }

  /** The integer formula against the data sheet's other one, in floating point (section 8.1). */
  @ParameterizedTest
  @CsvSource({"30281,128422", "20000,128422", "40000,60000", "25000,200000", "28000,-50000"})
  void humidity_agreesWithTheFormulaInFloatingPoint(int adcH, int fine) throws HardwareException {
    double h = fine - 76800.0;
    h =
        (adcH - (313 * 64.0 + 50 / 16384.0 * h))
            * (362 / 65536.0 * (1.0 + 30 / 67108864.0 * h * (1.0 + 0 / 67108864.0 * h)));
    h = h * (1.0 - 75 * h / 524288.0);

    assertEquals(Math.max(0, Math.min(100, h)), calibration().percent(adcH, fine), 0.05);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "65535,100"})
  void humidity_staysWithinItsRange(int adcH, double percent) throws HardwareException {
    assertEquals(percent, calibration().percent(adcH, T_FINE));
  }

  @Test
  void reading_forcesOneMeasurement_andReadsItInOneBurst() throws HardwareException {
    Bme280 sensor = Bme280.open(registers, "fake");
    assertEquals(List.of("e0=b6", "f5=00"), registers.written);
    registers.written.clear();
    registers.busyFor = 3;

    assertEquals("{\"celsius\":25.08,\"hectopascal\":1006.53,\"percent\":56.6}", sensor.read());

    // Humidity once, then temperature and pressure once, forced: in this order (section 5.4.3).
    assertEquals(List.of("f2=01", "f4=25"), registers.written);
    assertEquals(0, registers.busyFor);
  }

  @Test
  void anotherChip_isRefusedByName() {
    registers.set(0xD0, "58");
    assertEquals(
        "fake: chip id 0x58 is a BMP280, which measures no humidity",
        assertThrows(HardwareException.class, () -> Bme280.open(registers, "fake")).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"800000 7eed00 7649", "655ac0 800000 7649", "655ac0 7eed00 8000"})
  void skippedMeasurement_isNoReading(String data) throws HardwareException {
    Bme280 sensor = Bme280.open(registers, "fake");
    registers.set(0xF7, data);

    assertTrue(
        assertThrows(HardwareException.class, sensor::read)
            .getMessage()
            .contains("did not measure"));
  }

  @Test
  void sensorThatStaysBusy_isGivenUp() throws HardwareException {
    Bme280 sensor = Bme280.open(registers, "fake");
    registers.busyFor = Integer.MAX_VALUE;

    assertEquals(
        "fake: the BME280 is busy for more than 40 ms",
        assertThrows(HardwareException.class, sensor::read).getMessage());
  }

  @Test
  void sensorThatComesBack_isSetUpAnew() throws HardwareException {
    Sensor sensor = new ReopeningSensor("climate", "fake", () -> Bme280.open(registers, "fake"));
    sensor.read();
    registers.unplugged = true;
    assertThrows(HardwareException.class, sensor::read);
    assertThrows(HardwareException.class, sensor::read);
    registers.unplugged = false;
    registers.written.clear();

    sensor.read();

    assertEquals(List.of("e0=b6", "f5=00", "f2=01", "f4=25"), registers.written);
  }

  private Bme280Calibration calibration() throws HardwareException {
    return Bme280Calibration.of(registers.read(0x88, 26), registers.read(0xE1, 7));
  }
}
