package io.mooring.scram;

import io.mooring.error.ErrorCode;
import io.mooring.error.ServerProofException;

/**
 * The broker ended the exchange with a server-error, {@code e=} (RFC 5802, section 7), instead of
 * its signature. Most brokers refuse by Reason Code instead.
 */
public final class ScramServerErrorException extends ServerProofException {
  private static final long serialVersionUID = 1L;

  private final String serverError;

  private ScramServerErrorException(String message, String serverError) {
    super(ErrorCode.SCRAM_SERVER_ERROR, message, null);
    this.serverError = serverError;
  }

  static ScramServerErrorException of(byte[] value) {
    String serverError = ScramSyntax.printable(value);
    return new ScramServerErrorException(
        "The broker ended SCRAM with e=" + serverError + ". " + advice(serverError), serverError);
  }

  /**
   * The server-error-value, such as {@code invalid-proof}: at most 64 characters of printable
   * ASCII, every other octet replaced by a question mark.
   */
  public String serverError() {
    return serverError;
  }

  private static String advice(String serverError) {
    return switch (serverError) {
      case "invalid-proof", "unknown-user" ->
          "The broker does not hold this device's credential; check user name and password, or"
              + " provision the device again.";
      case "channel-bindings-dont-match" ->
          "Broker and device are not on the same TLS connection: a TLS proxy stands between them,"
              + " or somebody intercepts.";
      case "server-does-support-channel-binding",
          "channel-binding-not-supported",
          "unsupported-channel-binding-type" ->
          "Broker and device are configured for different channel bindings; they are never"
              + " negotiated. Change one of them.";
      case "invalid-encoding", "invalid-username-encoding" ->
          "The broker could not read the user name; keep it to letters and digits.";
      case "no-resources" -> "The broker is short of resources; look at its log.";
      default -> "Look at the broker's log.";
    };
  }
}
