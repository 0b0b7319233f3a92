package io.mooring.examples.raspberrypi.hardware;

/** A light that can be switched. */
public interface Led {
  /** Switches it and says what happened, such as {@code led is on}. */
  String set(boolean on) throws HardwareException;

  /** What it is and where it is, for people. */
  String describe();
}
