package io.mooring.examples.raspberrypi.hardware;

import java.util.SortedSet;

/** The kernel's one-wire bus ({@code dtoverlay=w1-gpio}). */
interface OneWire {
  /** The thermometers that answer now: family 28 and a serial number, {@code 28-00000abcdef0}. */
  SortedSet<String> probes() throws HardwareException;

  /**
   * What the kernel's {@code w1_slave} says of one: nine bytes with CRC and verdict, then the bytes
   * again with the value. Takes 0.75 s, the time of a conversion.
   */
  String slave(String probe) throws HardwareException;
}
