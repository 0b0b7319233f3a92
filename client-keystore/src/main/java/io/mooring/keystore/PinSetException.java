package io.mooring.keystore;

import io.mooring.error.KeystoreException;
import org.jspecify.annotations.Nullable;

/** A pin set is not taken over; {@link #reason()} says why. The pins in force stay as they are. */
public final class PinSetException extends KeystoreException {
  private static final long serialVersionUID = 1L;

  /** Why a pin set was refused. */
  public enum Reason {
    /** Not the one encoding that the format allows. */
    MALFORMED,
    /** The signature is not that of the key in the document. */
    BAD_SIGNATURE,
    /** The key that signed it is none that this device trusts for pin sets. */
    UNKNOWN_SIGNER,
    /** Made for another broker. */
    OTHER_HOST,
    /** Before its first day, by this device's clock. */
    NOT_YET_VALID,
    /** After its last day, by this device's clock. */
    EXPIRED,
    /** Its counter is not above that of a pin set accepted before: an old one, sent again. */
    ROLLED_BACK,
    /** There is no staged pin set. */
    NONE_STAGED,
    /** There is no previous pin set to go back to. */
    NO_PREVIOUS,
    /** The live broker's key is none of the pins. */
    NOT_MATCHED
  }

  private final Reason reason;

  PinSetException(Reason reason, String message) {
    this(reason, message, null);
  }

  PinSetException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why the pin set was refused. */
  public Reason reason() {
    return reason;
  }
}
