package io.mooring.scram;

import org.jspecify.annotations.Nullable;

/** server-final-message = (server-error / verifier) ["," extensions] (RFC 5802, section 7). */
final class ServerFinalMessage {
  private final byte[] serverSignature;

  private ServerFinalMessage(byte[] serverSignature) {
    this.serverSignature = serverSignature;
  }

  /**
   * Parses what the broker sent.
   *
   * @throws ScramServerErrorException if it is a server-error
   * @throws io.mooring.error.ServerProofException if it is no server-final-message
   */
  static ServerFinalMessage parse(byte @Nullable [] message) {
    ScramSyntax syntax = new ScramSyntax("server-final-message", message);
    if (syntax.peekName() == 'e') {
      throw ScramServerErrorException.of(syntax.value('e'));
    }
    byte[] serverSignature = syntax.base64('v', syntax.value('v'));
    syntax.extensions();
    return new ServerFinalMessage(serverSignature);
  }

  byte[] serverSignature() {
    return serverSignature;
  }
}
