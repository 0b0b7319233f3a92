package io.mooring.keystore;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import org.jspecify.annotations.Nullable;

/** A pin set is not taken over; {@link #reason()} says why. The pins in force stay as they are. */
public final class PinSetException extends KeystoreException {
  private static final long serialVersionUID = 1L;

  /** Why a pin set was refused. */
  public enum Reason {
    /** Not the one encoding that the format allows. */
    MALFORMED(ErrorCode.PIN_SET_MALFORMED),
    /** The signature is not that of the key in the document. */
    BAD_SIGNATURE(ErrorCode.PIN_SET_SIGNATURE_WRONG),
    /** The key that signed it is none that this device trusts for pin sets. */
    UNKNOWN_SIGNER(ErrorCode.PIN_SET_UNKNOWN_SIGNER),
    /** Made for another broker. */
    OTHER_HOST(ErrorCode.PIN_SET_OTHER_HOST),
    /** Before its first day, by this device's clock. */
    NOT_YET_VALID(ErrorCode.PIN_SET_NOT_YET_VALID),
    /** After its last day, by this device's clock. */
    EXPIRED(ErrorCode.PIN_SET_EXPIRED),
    /** Its counter is not above that of a pin set accepted before: an old one, sent again. */
    ROLLED_BACK(ErrorCode.PIN_SET_ROLLED_BACK),
    /** There is no staged pin set. */
    NONE_STAGED(ErrorCode.PIN_SET_NONE_STAGED),
    /** There is no previous pin set to go back to. */
    NO_PREVIOUS(ErrorCode.PIN_SET_NO_PREVIOUS),
    /** The live broker's key is none of the pins. */
    NOT_MATCHED(ErrorCode.PIN_SET_NOT_MATCHED);

    private final ErrorCode code;

    Reason(ErrorCode code) {
      this.code = code;
    }
  }

  private final Reason reason;

  PinSetException(Reason reason, String message) {
    this(reason, message, null);
  }

  PinSetException(Reason reason, String message, @Nullable Throwable cause) {
    super(reason.code, message, cause);
    this.reason = reason;
  }

  /** Why the pin set was refused. */
  public Reason reason() {
    return reason;
  }
}
