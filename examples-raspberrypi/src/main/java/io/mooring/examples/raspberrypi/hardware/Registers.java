package io.mooring.examples.raspberrypi.hardware;

/** An I2C device with registers of eight bits. */
public interface Registers {
  /** Reads {@code length} registers, from {@code first} on, in one transfer. */
  byte[] read(int first, int length) throws HardwareException;

  void write(int register, int value) throws HardwareException;
}
