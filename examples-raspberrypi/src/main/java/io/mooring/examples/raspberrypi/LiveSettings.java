package io.mooring.examples.raspberrypi;

import java.time.Duration;

/**
 * The settings that can change while the device runs.
 *
 * @param interval time between two readings
 * @param commandDeadline how long a command may take
 * @param keepReadings how long a reading waits for a broker that cannot be reached
 */
record LiveSettings(Duration interval, Duration commandDeadline, Duration keepReadings) {
  LiveSettings withInterval(Duration other) {
    return new LiveSettings(other, commandDeadline, keepReadings);
  }

  @Override
  public String toString() {
    return "interval "
        + interval.toSeconds()
        + " s, command-deadline "
        + commandDeadline.toSeconds()
        + " s, keep-readings "
        + keepReadings.toSeconds()
        + " s";
  }
}
