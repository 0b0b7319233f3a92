package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** The HTTP proxy did not carry the connection. Nothing was sent to the broker. */
public class ProxyException extends NetworkException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * Makes the error of that code.
   *
   * @param status what the proxy answered, or 0 if it did not answer in HTTP
   */
  public ProxyException(ErrorCode code, String message, int status, @Nullable Throwable cause) {
    super(code, message, cause);
    this.status = status;
  }

  /** The status code of the proxy's answer, such as 407; 0 if there was none. */
  public int status() {
    return status;
  }

  /** False for credentials that the proxy does not take: to repeat them may lock an account. */
  @Override
  public boolean retryable() {
    return code() != ErrorCode.PROXY_AUTHENTICATION;
  }
}
