package io.mooring.cli;

import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;

/** An outbox holds records that are damaged; only a look at it says so, a client mends it. */
final class DamagedOutboxException extends MooringException {
  private static final long serialVersionUID = 1L;

  DamagedOutboxException(String message) {
    super(ErrorCode.OUTBOX_DAMAGED, message, null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
