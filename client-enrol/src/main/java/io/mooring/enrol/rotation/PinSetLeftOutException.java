package io.mooring.enrol.rotation;

import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;

/**
 * A pin set was not looked at, because another one of a higher counter, or a later one of the same,
 * was offered while the rotation was at work on a third. See {@link PinSetRotation#offer}.
 */
public final class PinSetLeftOutException extends MooringException {
  private static final long serialVersionUID = 1L;

  PinSetLeftOutException() {
    super(
        ErrorCode.ROTATION,
        "The pin set was left out: another one came while the rotation was at work on a third, and"
            + " that one has a higher counter or is the later of two. Offer it again if it is the"
            + " one that is wanted.",
        null);
  }

  /** Always true: offered again, it is looked at. */
  @Override
  public boolean retryable() {
    return true;
  }
}
