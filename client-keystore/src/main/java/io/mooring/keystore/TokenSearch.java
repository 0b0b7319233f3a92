package io.mooring.keystore;

import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import io.mooring.keystore.internal.cryptoki.SharedLibrary;
import io.mooring.keystore.internal.cryptoki.TokenInfo;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which token is meant. Slots are never remembered: adding a token moves them.
 *
 * @param library path of the PKCS#11 library
 * @param label of the token, or null for any
 * @param serial of the token, or null for any
 */
record TokenSearch(Path library, @Nullable String label, @Nullable String serial) {
  /** The token, in whatever slot it is now. */
  TokenInfo in(SharedLibrary shared) {
    List<TokenInfo> present;
    try {
      present = shared.run(functions -> functions.tokens());
    } catch (CryptokiException e) {
      throw TokenErrors.of(this, "list the tokens", e);
    }
    List<TokenInfo> fitting = present.stream().filter(this::fits).toList();
    if (fitting.size() > 1) {
      throw new Pkcs11Exception(
          Reason.AMBIGUOUS,
          this
              + " is not one token but "
              + fitting.size()
              + ": serial numbers "
              + fitting.stream().map(TokenInfo::serial).toList()
              + ". Name the serial number.");
    }
    if (fitting.isEmpty()) {
      throw new Pkcs11Exception(
          Reason.NO_SUCH_TOKEN,
          this
              + " is in no slot of "
              + library
              + "; present: "
              + (present.isEmpty()
                  ? "none"
                  : String.join(
                      ", ",
                      present.stream()
                          .filter(TokenInfo::initialised)
                          .map(t -> '"' + t.label() + "\" (serial " + t.serial() + ")")
                          .toList()))
              + ". Insert the token, or correct the label.");
    }
    return fitting.get(0);
  }

  private boolean fits(TokenInfo token) {
    return token.initialised()
        && (label == null || label.equals(token.label()))
        && (serial == null || serial.equals(token.serial()));
  }

  /** As messages name it. */
  @Override
  public String toString() {
    if (label == null) {
      return serial == null ? "The only token" : "Token with serial " + serial;
    }
    return "Token \"" + label + '"' + (serial == null ? "" : " with serial " + serial);
  }
}
