package io.mooring.keystore.internal.cryptoki;

/** A PKCS#11 function returned something else than CKR_OK. */
public final class CryptokiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long returnValue;

  /** Makes the error of a call. */
  public CryptokiException(String function, long returnValue) {
    super(function + " returned " + Ck.nameOfReturnValue(returnValue));
    this.returnValue = returnValue;
  }

  /** The CK_RV. */
  public long returnValue() {
    return returnValue;
  }
}
