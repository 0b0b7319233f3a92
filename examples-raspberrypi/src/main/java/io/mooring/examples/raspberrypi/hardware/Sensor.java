package io.mooring.examples.raspberrypi.hardware;

/** One source of readings. Only one thread uses it at a time. */
public interface Sensor {
  /** The last level of its topic, below {@code telemetry}. */
  String name();

  /** What it is and where it is, for people. */
  String describe();

  /**
   * One reading; takes milliseconds, or as long as a stuck bus takes.
   *
   * @return a JSON object
   */
  String read() throws HardwareException;
}
