package io.mooring.keystore;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import org.jspecify.annotations.Nullable;

/** A token cannot be used; {@link #reason()} says why in a form code can act on. */
public final class Pkcs11Exception extends KeystoreException {
  private static final long serialVersionUID = 1L;

  /** Why a token was of no use. */
  public enum Reason {
    /** No PKCS#11 library at the path, not one for this machine, or JNA is not there to load it. */
    LIBRARY(ErrorCode.TOKEN_LIBRARY),
    /** No token of this label and serial number in any slot; a retry helps once it is there. */
    NO_SUCH_TOKEN(ErrorCode.TOKEN_MISSING),
    /** Several tokens or objects fit. */
    AMBIGUOUS(ErrorCode.TOKEN_AMBIGUOUS),
    /** The PIN has no source: the environment variable is not set, say. */
    PIN_NEEDED(ErrorCode.PIN_NEEDED),
    /** CKR_PIN_INCORRECT. Never tried again by itself: that locks the token. */
    PIN_INCORRECT(ErrorCode.PIN_INCORRECT),
    /** CKR_PIN_LOCKED. */
    PIN_LOCKED(ErrorCode.PIN_LOCKED),
    /** CKR_PIN_EXPIRED, or the token has no user PIN yet. */
    PIN_UNUSABLE(ErrorCode.PIN_UNUSABLE),
    /** No object of this name; the message lists the labels that are there. */
    NO_SUCH_OBJECT(ErrorCode.TOKEN_NO_SUCH_OBJECT),
    /** An object of this name is there already. */
    EXISTS(ErrorCode.TOKEN_OBJECT_EXISTS),
    /** The key may not do this: CKA_SIGN is false, say. */
    NOT_PERMITTED(ErrorCode.TOKEN_NOT_PERMITTED),
    /** The token lacks a mechanism, curve or key size. */
    UNSUPPORTED(ErrorCode.TOKEN_UNSUPPORTED),
    /** The certificate is for another key. */
    KEY_MISMATCH(ErrorCode.TOKEN_KEY_MISMATCH),
    /** There is a key and no certificate for it. */
    NO_CERTIFICATE(ErrorCode.TOKEN_NO_CERTIFICATE),
    /** What is stored in the token contradicts itself. */
    DAMAGED(ErrorCode.TOKEN_DAMAGED),
    /** The token takes no change: write protected. */
    READ_ONLY(ErrorCode.TOKEN_READ_ONLY),
    /** The token has no room left. */
    FULL(ErrorCode.TOKEN_FULL),
    /** The token was taken away, or does not answer; a retry helps once it is back. */
    GONE(ErrorCode.TOKEN_GONE),
    /** The token refused for a reason of its own; the message has its return value. */
    FAILED(ErrorCode.TOKEN_FAILED),
    /** {@code close()} was called. */
    CLOSED(ErrorCode.TOKEN_CLOSED);

    private final ErrorCode code;

    Reason(ErrorCode code) {
      this.code = code;
    }
  }

  private final Reason reason;
  private final Pkcs11PinState pinState;

  Pkcs11Exception(Reason reason, String message) {
    this(reason, message, null);
  }

  Pkcs11Exception(Reason reason, String message, @Nullable Throwable cause) {
    this(reason, message, Pkcs11PinState.OK, cause);
  }

  Pkcs11Exception(
      Reason reason, String message, Pkcs11PinState pinState, @Nullable Throwable cause) {
    super(reason.code, message, cause);
    this.reason = reason;
    this.pinState = pinState;
  }

  /** Why the token was of no use. */
  public Reason reason() {
    return reason;
  }

  /**
   * What the token told of wrong PINs after the failure; {@link Pkcs11PinState#OK} where it has
   * nothing to do with a PIN or the token does not tell.
   */
  public Pkcs11PinState pinState() {
    return pinState;
  }

  /** True for {@link Reason#GONE} and {@link Reason#NO_SUCH_TOKEN}: the token may come back. */
  @Override
  public boolean retryable() {
    return reason == Reason.GONE || reason == Reason.NO_SUCH_TOKEN;
  }
}
