package io.mooring.examples.raspberrypi.hardware;

import org.jspecify.annotations.Nullable;

/** A sensor that may be unplugged and come back: opened when it is read, again after a failure. */
final class ReopeningSensor implements Sensor {
  private final String name;
  private final String description;
  private final Opener opener;
  private @Nullable Sensor open;

  /** Finds the sensor and sets it up. */
  interface Opener {
    Sensor open() throws HardwareException;
  }

  ReopeningSensor(String name, String description, Opener opener) {
    this.name = name;
    this.description = description;
    this.opener = opener;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String describe() {
    return description;
  }

  @Override
  public String read() throws HardwareException {
    Sensor sensor = open == null ? opener.open() : open;
    open = null;
    String reading = sensor.read();
    open = sensor;
    return reading;
  }
}
