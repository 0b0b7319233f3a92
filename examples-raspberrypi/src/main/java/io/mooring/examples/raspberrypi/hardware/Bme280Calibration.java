package io.mooring.examples.raspberrypi.hardware;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The trimming values of one BME280 and the formulas that turn raw values into physical ones: the
 * integer ones of the data sheet BST-BME280-DS002, section 4.2.3. Names are the data sheet's.
 *
 * @param t dig_T1 to dig_T3; T1 is unsigned
 * @param p dig_P1 to dig_P9; P1 is unsigned
 * @param h dig_H1 to dig_H6
 */
record Bme280Calibration(Triple t, Pressure p, Humidity h) {
  record Triple(int t1, int t2, int t3) {}

  record Pressure(int p1, int p2, int p3, int p4, int p5, int p6, int p7, int p8, int p9) {}

  record Humidity(int h1, int h2, int h3, int h4, int h5, int h6) {}

  /**
   * Reads the trimming registers (table 16 of the data sheet).
   *
   * @param low 0x88 to 0xA1, 26 bytes
   * @param high 0xE1 to 0xE7, 7 bytes
   */
  static Bme280Calibration of(byte[] low, byte[] high) {
    ByteBuffer b = ByteBuffer.wrap(low).order(ByteOrder.LITTLE_ENDIAN);
    Triple t = new Triple(unsigned(b), b.getShort(), b.getShort());
    Pressure p =
        new Pressure(
            unsigned(b),
            b.getShort(),
            b.getShort(),
            b.getShort(),
            b.getShort(),
            b.getShort(),
            b.getShort(),
            b.getShort(),
            b.getShort());
    int h1 = low[25] & 0xFF;
    int h2 = (short) ((high[1] << 8) | (high[0] & 0xFF));
    int h3 = high[2] & 0xFF;
    // Two signed values of twelve bits share the register 0xE5.
    int h4 = (high[3] << 4) | (high[4] & 0x0F);
    int h5 = (high[5] << 4) | ((high[4] & 0xFF) >> 4);
    return new Bme280Calibration(t, p, new Humidity(h1, h2, h3, h4, h5, high[6]));
  }

  private static int unsigned(ByteBuffer buffer) {
    return buffer.getShort() & 0xFFFF;
  }

  /** t_fine, which the other two formulas take as well. */
  int fineTemperature(int adcT) {
    int var1 = (((adcT >> 3) - (t.t1 << 1)) * t.t2) >> 11;
    int d = (adcT >> 4) - t.t1;
    int var2 = (((d * d) >> 12) * t.t3) >> 14;
    return var1 + var2;
  }

  /** Degrees Celsius, in steps of 0.01. */
  static double celsius(int fineTemperature) {
    return ((fineTemperature * 5 + 128) >> 8) / 100.0;
  }

  /** Pascal, in steps of 1/256; 0 where the formula would divide by zero. */
  double pascal(int adcP, int fineTemperature) {
    long var1 = fineTemperature - 128000L;
    long var2 = var1 * var1 * p.p6;
    var2 += (var1 * p.p5) << 17;
    var2 += ((long) p.p4) << 35;
    var1 = ((var1 * var1 * p.p3) >> 8) + ((var1 * p.p2) << 12);
    var1 = (((1L << 47) + var1) * p.p1) >> 33;
    if (var1 == 0) {
      return 0;
    }
    long result = 1048576L - adcP;
    result = (((result << 31) - var2) * 3125) / var1;
    var1 = (p.p9 * (result >> 13) * (result >> 13)) >> 25;
    var2 = (p.p8 * result) >> 19;
    result = ((result + var1 + var2) >> 8) + (((long) p.p7) << 4);
    return result / 256.0;
  }

  /** Per cent of relative humidity, in steps of 1/1024, within 0 to 100. */
  double percent(int adcH, int fineTemperature) {
    int v = fineTemperature - 76800;
    v =
        (((((adcH << 14) - (h.h4 << 20) - (h.h5 * v)) + 16384) >> 15)
            * (((((((v * h.h6) >> 10) * (((v * h.h3) >> 11) + 32768)) >> 10) + 2097152) * h.h2
                    + 8192)
                >> 14));
    v -= ((((v >> 15) * (v >> 15)) >> 7) * h.h1) >> 4;
    v = Math.max(0, Math.min(v, 419430400));
    return (v >> 12) / 1024.0;
  }
}
