package io.mooring.examples.raspberrypi.hardware;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Registers as bytes, and what was written to them in its order. */
final class FakeBme280 implements Registers {
  final Map<Integer, Integer> bytes = new TreeMap<>();
  final List<String> written = new ArrayList<>();

  /** Answers to readings of the status register before it stays 0. */
  int busyFor;

  int status = 0x08;
  boolean unplugged;

  FakeBme280() {
    set(0xD0, "60");
    // T1 27504, T2 26435, T3 -1000, P1 36477, P2 -10685, P3 3024, P4 2855, P5 140, P6 -7, P7 15500,
    // P8 -14600, P9 6000: the example of Bosch's data sheet BST-BMP280-DS001, section 3.12.
    set(0x88, "706b 4367 18fc 7d8e 43d6 d00b 270b 8c00 f9ff 8c3c f8c6 7017");
    set(0xA1, "4b"); // H1 75
    // H2 362, H3 0, H4 313 = 0x139, H5 50 = 0x032, H6 30
    set(0xE1, "6a01 00 13 29 03 1e");
    // p 415148 = 0x655ac, t 519888 = 0x7eed0, h 30281 = 0x7649
    set(0xF7, "655ac0 7eed00 7649");
  }

  void set(int first, String hex) {
    byte[] values = HexFormat.of().parseHex(hex.replace(" ", ""));
    for (int i = 0; i < values.length; i++) {
      bytes.put(first + i, values[i] & 0xFF);
    }
  }

  @Override
  public byte[] read(int first, int length) throws HardwareException {
    if (unplugged) {
      throw new HardwareException("fake does not answer");
    }
    byte[] result = new byte[length];
    for (int i = 0; i < length; i++) {
      result[i] = bytes.getOrDefault(first + i, 0).byteValue();
    }
    if (first == 0xF3 && busyFor > 0) {
      busyFor--;
      result[0] = (byte) status;
    }
    return result;
  }

  @Override
  public void write(int register, int value) {
    written.add(String.format("%02x=%02x", register, value));
  }
}
