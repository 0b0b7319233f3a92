package io.mooring.error;

import io.mooring.tls.SpkiPin;
import java.util.List;

/** None of the configured SPKI pins is on the broker's certificate path. */
public class PinMismatchException extends ServerIdentityException {
  private static final long serialVersionUID = 1L;

  private final List<SpkiPin> presented;
  private final List<SpkiPin> configured;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public PinMismatchException(String message, List<SpkiPin> presented, List<SpkiPin> configured) {
    super(ErrorCode.PIN_MISMATCH, message, null);
    this.presented = List.copyOf(presented);
    this.configured = List.copyOf(configured);
  }

  /** The pins of the validated path, leaf first, and of its anchor last. */
  public List<SpkiPin> presented() {
    return presented;
  }

  /** The pins this device is configured with. */
  public List<SpkiPin> configured() {
    return configured;
  }
}
