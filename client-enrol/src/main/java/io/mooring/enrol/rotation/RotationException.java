package io.mooring.enrol.rotation;

import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import org.jspecify.annotations.Nullable;

/**
 * A rotation could not be carried through for a reason of this device's own: no live connection to
 * try it over, another one under way, a file that cannot be written. What was in use still is.
 */
public final class RotationException extends MooringException {
  private static final long serialVersionUID = 1L;

  RotationException(String message, @Nullable Throwable cause) {
    super(ErrorCode.ROTATION, message, cause);
  }

  /** Always true: the same rotation may succeed later. */
  @Override
  public boolean retryable() {
    return true;
  }
}
