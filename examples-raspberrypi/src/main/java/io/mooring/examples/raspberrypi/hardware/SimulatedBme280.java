package io.mooring.examples.raspberrypi.hardware;

import java.util.Arrays;

/**
 * The registers of a BME280 that is not there, with trimming and raw values of a real kind: the
 * driver runs in front of it unchanged. The air warms and cools by some degrees.
 */
final class SimulatedBme280 implements Registers {
  // T and P: the example of the BMP280's data sheet (BST-BMP280-DS001, 3.12), whose formulas these
  // are.
  private static final int[] TRIM = {
    27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000
  };
  private static final int ADC_T = 519888;
  private static final int ADC_P = 415148;
  private static final int ADC_H = 30000;
  private static final int DRIFT = 6000;

  private final byte[] registers = new byte[256];
  private int steps;

  SimulatedBme280() {
    registers[0xD0] = 0x60;
    for (int i = 0; i < TRIM.length; i++) {
      registers[0x88 + 2 * i] = (byte) TRIM[i];
      registers[0x89 + 2 * i] = (byte) (TRIM[i] >> 8);
    }
    // Humidity: H1 75, H2 362, H3 0, H4 313, H5 50, H6 30, as parts are found to have.
    registers[0xA1] = 75;
    byte[] high = {
      (byte) 362, 362 >> 8, 0, 313 >> 4, (byte) ((50 & 0x0F) << 4 | (313 & 0x0F)), 50 >> 4, 30
    };
    System.arraycopy(high, 0, registers, 0xE1, high.length);
  }

  @Override
  public byte[] read(int first, int length) {
    return Arrays.copyOfRange(registers, first, first + length);
  }

  @Override
  public void write(int register, int value) {
    registers[register] = (byte) value;
    if (register == 0xF4 && (value & 0x03) == 0x01) {
      measure();
    }
  }

  private void measure() {
    int adcT = ADC_T + (int) (DRIFT * Math.sin(steps++ / 10.0));
    int[] bytes = {
      ADC_P >> 12, ADC_P >> 4, ADC_P << 4, adcT >> 12, adcT >> 4, adcT << 4, ADC_H >> 8, ADC_H
    };
    for (int i = 0; i < bytes.length; i++) {
      registers[0xF7 + i] = (byte) bytes[i];
    }
  }
}
