package io.mooring.examples.raspberrypi.hardware;

import org.jspecify.annotations.Nullable;

/** A device that is not there, does not answer, or answers what cannot be. */
public final class HardwareException extends Exception {
  private static final long serialVersionUID = 1L;

  public HardwareException(String message) {
    super(message);
  }

  public HardwareException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
