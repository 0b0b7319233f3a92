package io.mooring.error;

import java.util.List;

/** The broker's certificate is not for the host that was dialled. */
public class HostNameException extends ServerIdentityException {
  private static final long serialVersionUID = 1L;

  private final String host;
  private final List<String> presented;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public HostNameException(String message, String host, List<String> presented) {
    super(ErrorCode.HOST_NAME_MISMATCH, message, null);
    this.host = host;
    this.presented = List.copyOf(presented);
  }

  /** The host that was dialled. */
  public String host() {
    return host;
  }

  /**
   * The names in the certificate's Subject Alternative Name that count: DNS names and addresses.
   */
  public List<String> presented() {
    return presented;
  }
}
