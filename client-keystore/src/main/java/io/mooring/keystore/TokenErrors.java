package io.mooring.keystore;

import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.keystore.internal.cryptoki.Ck;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import io.mooring.keystore.internal.cryptoki.TokenInfo;
import org.jspecify.annotations.Nullable;

/** What return values of PKCS#11 mean for a device. */
final class TokenErrors {
  private TokenErrors() {}

  /** Whether there was no session to do it in: nothing happened. */
  static boolean saysNoSession(CryptokiException e) {
    long value = e.returnValue();
    return value == Ck.CKR_TOKEN_NOT_PRESENT
        || value == Ck.CKR_TOKEN_NOT_RECOGNIZED
        || value == Ck.CKR_SESSION_HANDLE_INVALID
        || value == Ck.CKR_SESSION_CLOSED
        || value == Ck.CKR_KEY_HANDLE_INVALID
        || value == Ck.CKR_OBJECT_HANDLE_INVALID
        || value == Ck.CKR_SLOT_ID_INVALID
        || value == Ck.CKR_USER_NOT_LOGGED_IN
        || value == Ck.CKR_CRYPTOKI_NOT_INITIALIZED;
  }

  /** Whether the session, and not the request, may be at fault: worth opening a new one. */
  static boolean saysGone(CryptokiException e) {
    long value = e.returnValue();
    return saysNoSession(e)
        || value == Ck.CKR_DEVICE_REMOVED
        || value == Ck.CKR_DEVICE_ERROR
        || value == Ck.CKR_OPERATION_ACTIVE
        || value == Ck.CKR_GENERAL_ERROR
        || value == Ck.CKR_FUNCTION_FAILED;
  }

  /** The typed error of a call. */
  static Pkcs11Exception of(TokenSearch token, String what, CryptokiException e) {
    return new Pkcs11Exception(
        reason(e), token + " did not " + what + ": " + e.getMessage() + ". " + advice(e), e);
  }

  private static Reason reason(CryptokiException e) {
    long value = e.returnValue();
    if (value == Ck.CKR_KEY_FUNCTION_NOT_PERMITTED || value == Ck.CKR_ACTION_PROHIBITED) {
      return Reason.NOT_PERMITTED;
    }
    if (value == Ck.CKR_MECHANISM_INVALID
        || value == Ck.CKR_MECHANISM_PARAM_INVALID
        || value == Ck.CKR_CURVE_NOT_SUPPORTED
        || value == Ck.CKR_KEY_SIZE_RANGE
        || value == Ck.CKR_FUNCTION_NOT_SUPPORTED) {
      return Reason.UNSUPPORTED;
    }
    if (value == Ck.CKR_TOKEN_WRITE_PROTECTED || value == Ck.CKR_SESSION_READ_ONLY) {
      return Reason.READ_ONLY;
    }
    if (value == Ck.CKR_DEVICE_MEMORY) {
      return Reason.FULL;
    }
    return saysGone(e) ? Reason.GONE : Reason.FAILED;
  }

  private static String advice(CryptokiException e) {
    return switch (reason(e)) {
      case NOT_PERMITTED ->
          "The key's attributes forbid it (CKA_SIGN is false, say). Make a key that may.";
      case UNSUPPORTED -> "The token lacks the mechanism, curve or key size. Use another kind.";
      case READ_ONLY -> "Write to it with the tool of its maker.";
      case FULL -> "Remove what is no longer needed.";
      case GONE -> "Check that the token is inserted; the next attempt opens it again.";
      default -> "See the documentation of the token.";
    };
  }

  static Pkcs11PinState pinState(TokenInfo token) {
    if (token.pinLocked()) {
      return Pkcs11PinState.LOCKED;
    }
    if (token.pinFinalTry()) {
      return Pkcs11PinState.FINAL_TRY;
    }
    return token.pinCountLow() ? Pkcs11PinState.COUNT_LOW : Pkcs11PinState.OK;
  }

  /** The typed error of a login, or null if the PIN was not what failed. */
  static @Nullable Pkcs11Exception ofLogin(
      TokenSearch token, Pkcs11Pin pin, Pkcs11PinState after, CryptokiException e) {
    long value = e.returnValue();
    if (value == Ck.CKR_PIN_LOCKED) {
      return locked(token, e);
    }
    if (value == Ck.CKR_PIN_INCORRECT
        || value == Ck.CKR_PIN_INVALID
        || value == Ck.CKR_PIN_LEN_RANGE) {
      return new Pkcs11Exception(
          Reason.PIN_INCORRECT,
          token
              + " refused "
              + pin
              + " ("
              + Ck.nameOfReturnValue(value)
              + "). "
              + attempts(after)
              + " Not tried again: repeated failures lock a token. Correct the PIN, then open the"
              + " token again.",
          after,
          e);
    }
    if (value == Ck.CKR_PIN_EXPIRED || value == Ck.CKR_USER_PIN_NOT_INITIALIZED) {
      return new Pkcs11Exception(
          Reason.PIN_UNUSABLE,
          token
              + " has no user PIN that works ("
              + Ck.nameOfReturnValue(value)
              + "). Set one with the tool of the token's maker.",
          after,
          e);
    }
    return null;
  }

  static Pkcs11Exception locked(TokenSearch token, @Nullable CryptokiException cause) {
    return new Pkcs11Exception(
        Reason.PIN_LOCKED,
        token
            + " is locked after too many wrong PINs (CKR_PIN_LOCKED). Its security officer can set a"
            + " new PIN; this device cannot.",
        Pkcs11PinState.LOCKED,
        cause);
  }

  private static String attempts(Pkcs11PinState after) {
    return switch (after) {
      case LOCKED -> "That was the last attempt: the token is locked now.";
      case FINAL_TRY -> "One attempt is left.";
      case COUNT_LOW -> "The token counts wrong PINs and does not say how many are left.";
      case OK -> "The token does not say how many attempts are left.";
    };
  }
}
