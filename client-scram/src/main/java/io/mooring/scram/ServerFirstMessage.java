package io.mooring.scram;

import org.jspecify.annotations.Nullable;

/**
 * server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions]
 * (RFC 5802, section 7).
 */
final class ServerFirstMessage {
  private final byte[] nonce;
  private final byte[] salt;
  private final int iterations;

  private ServerFirstMessage(byte[] nonce, byte[] salt, int iterations) {
    this.nonce = nonce;
    this.salt = salt;
    this.iterations = iterations;
  }

  /**
   * Parses what the broker sent.
   *
   * @param clientNonce ours, with which the broker's nonce must start
   * @param maxIterations what a count too long for an int is reported against
   * @throws io.mooring.error.ServerProofException if it is anything but a well-formed
   *     server-first-message that extends our nonce
   */
  static ServerFirstMessage parse(
      byte @Nullable [] message, byte[] clientNonce, int maxIterations) {
    ScramSyntax syntax = new ScramSyntax("server-first-message", message);
    if (syntax.peekName() == 'e') {
      throw ScramServerErrorException.of(syntax.value('e'));
    }
    byte[] nonce = syntax.value('r');
    checkNonce(syntax, nonce, clientNonce);
    byte[] salt = syntax.base64('s', syntax.value('s'));
    int iterations = positNumber(syntax, syntax.value('i'), maxIterations);
    syntax.extensions();
    return new ServerFirstMessage(nonce, salt, iterations);
  }

  /** c-nonce s-nonce, byte for byte as received. */
  byte[] nonce() {
    return nonce;
  }

  byte[] salt() {
    return salt;
  }

  int iterations() {
    return iterations;
  }

  private static void checkNonce(ScramSyntax syntax, byte[] nonce, byte[] clientNonce) {
    for (byte octet : nonce) {
      // Octets over 0x7F are negative here. 0x7F is outside the RFC's "printable", but EMQX sends
      // it in one nonce of seven.
      if (octet < 0x21) {
        throw syntax.malformed(
            "the nonce holds a space, a control character or an octet over 0x7F");
      }
    }
    for (int k = 0; k < clientNonce.length; k++) {
      if (k >= nonce.length || nonce[k] != clientNonce[k]) {
        throw syntax.malformed(
            "the nonce does not start with this client's nonce (an answer to another login)");
      }
    }
    if (nonce.length == clientNonce.length) {
      throw syntax.malformed("the broker added nothing to this client's nonce");
    }
  }

  /** posit-number = %x31-39 *DIGIT. */
  private static int positNumber(ScramSyntax syntax, byte[] digits, int maxIterations) {
    for (byte digit : digits) {
      if (digit < '0' || digit > '9') {
        throw syntax.malformed("i=" + ScramSyntax.printable(digits) + " is not a decimal number");
      }
    }
    if (digits[0] == '0') {
      throw syntax.malformed("i=" + ScramSyntax.printable(digits) + " starts with a zero");
    }
    long number = 0;
    for (byte digit : digits) {
      number = number * 10 + (digit - '0');
      if (number > Integer.MAX_VALUE) {
        throw IterationBounds.tooMany(ScramSyntax.printable(digits), maxIterations);
      }
    }
    return (int) number;
  }
}
