package io.mooring.keystore;

/**
 * What a token tells of wrong PINs so far (PKCS#11 2.40, CK_TOKEN_INFO). No token tells a number,
 * and some tell nothing.
 */
public enum Pkcs11PinState {
  /** No wrong PIN since the last right one, or the token does not tell. */
  OK,
  /** CKF_USER_PIN_COUNT_LOW: at least one wrong PIN since the last right one. */
  COUNT_LOW,
  /** CKF_USER_PIN_FINAL_TRY: one more wrong PIN locks the token. */
  FINAL_TRY,
  /** CKF_USER_PIN_LOCKED: only the security officer can set a new PIN. */
  LOCKED
}
