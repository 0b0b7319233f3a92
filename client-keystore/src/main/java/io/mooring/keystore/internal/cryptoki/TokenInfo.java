package io.mooring.keystore.internal.cryptoki;

/**
 * CK_TOKEN_INFO, as far as it is used.
 *
 * @param slot the slot that the token is in now
 * @param label without padding
 * @param serial without padding
 * @param flags the CKF bits
 */
public record TokenInfo(long slot, String label, String serial, long flags) {
  private static final long CKF_WRITE_PROTECTED = 0x2;
  private static final long CKF_LOGIN_REQUIRED = 0x4;
  private static final long CKF_PROTECTED_AUTHENTICATION_PATH = 0x100;
  private static final long CKF_TOKEN_INITIALIZED = 0x400;
  private static final long CKF_USER_PIN_COUNT_LOW = 0x10000;
  private static final long CKF_USER_PIN_FINAL_TRY = 0x20000;
  private static final long CKF_USER_PIN_LOCKED = 0x40000;

  public boolean writeProtected() {
    return has(CKF_WRITE_PROTECTED);
  }

  public boolean loginRequired() {
    return has(CKF_LOGIN_REQUIRED);
  }

  public boolean protectedAuthenticationPath() {
    return has(CKF_PROTECTED_AUTHENTICATION_PATH);
  }

  public boolean initialised() {
    return has(CKF_TOKEN_INITIALIZED);
  }

  public boolean pinCountLow() {
    return has(CKF_USER_PIN_COUNT_LOW);
  }

  public boolean pinFinalTry() {
    return has(CKF_USER_PIN_FINAL_TRY);
  }

  public boolean pinLocked() {
    return has(CKF_USER_PIN_LOCKED);
  }

  private boolean has(long flag) {
    return (flags & flag) != 0;
  }
}
