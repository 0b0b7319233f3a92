package io.mooring.keystore;

import io.mooring.identity.Secret;
import java.util.Arrays;

/** Passwords in the form that the JDK takes. */
final class Passwords {
  private Passwords() {}

  /**
   * A copy that the caller wipes.
   *
   * @throws IllegalArgumentException if it is empty, or holds what the JDK's key derivation refuses
   */
  static char[] characters(Secret password) {
    char[] characters = password.copyChars();
    if (characters.length == 0) {
      throw new IllegalArgumentException(
          "the password is empty: a PKCS#12 file would have no integrity check. Use 128 random"
              + " bits or more, for example: openssl rand -hex 32");
    }
    for (char character : characters) {
      if (character < 0x20 || character > 0x7E) {
        Arrays.fill(characters, '\0');
        throw new IllegalArgumentException(
            "the password holds a character outside printable ASCII, which the JDK's PKCS#12 does"
                + " not take. Use, for example: openssl rand -hex 32");
      }
    }
    return characters;
  }
}
