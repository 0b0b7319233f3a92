package io.mooring.scram;

import io.mooring.error.CredentialException;
import io.mooring.error.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * SASLprep (RFC 4013), the Normalize() of SCRAM. A user name is prepared as a query, in which code
 * points unassigned in Unicode 3.2 may stand (RFC 5802, section 5.1); a password as a stored
 * string, in which they may not (section 2.2), so an emoji of a later Unicode is refused there:
 * {@link Scram#withoutSaslPrep} takes it.
 *
 * <p>Our own, over a library: 300 lines of table against two jars of 51 KB on a device, and arrays
 * that can be wiped where libraries pass Strings. NFKC is that of the Java runtime, whose Unicode
 * is newer than 3.2; for code points of 3.2 it differs in the five corrected CJK compatibility
 * ideographs of Unicode Corrigendum 4 only. A password that NFKC changes passes through one String
 * of the JDK, which waits for the garbage collector; all others do not.
 */
final class SaslPrep {
  private SaslPrep() {}

  static String userName(String userName) {
    char[] prepared = prepare(userName.toCharArray(), "user name", false);
    return new String(prepared);
  }

  /** Prepares UTF-8 into UTF-8 in a fresh array, which the caller wipes. */
  static byte[] password(byte[] utf8) {
    char[] characters = decode(utf8);
    char[] prepared = new char[0];
    try {
      prepared = prepare(characters, "password", true);
      return encode(prepared);
    } finally {
      Arrays.fill(characters, '\0');
      Arrays.fill(prepared, '\0');
    }
  }

  private static char[] prepare(char[] given, String what, boolean stored) {
    if (isPrintableAscii(given)) {
      return given.clone();
    }
    if (stored) {
      forbid(StringprepTable.A_1, given, what, "a character that Unicode 3.2 does not know");
    }
    char[] mapped = map(given);
    char[] normalized = normalize(mapped);
    Arrays.fill(mapped, '\0');
    try {
      if (normalized.length == 0) {
        throw refused(what, "nothing is left of it");
      }
      forbid(
          StringprepTable.PROHIBITED,
          normalized,
          what,
          "a prohibited character, such as a control character");
      checkBidi(normalized, what);
      return normalized.clone();
    } finally {
      Arrays.fill(normalized, '\0');
    }
  }

  /** RFC 4013, section 2.1, in its order: U+200B, which both tables hold, becomes a space. */
  private static char[] map(char[] given) {
    char[] mapped = new char[given.length];
    int length = 0;
    for (int k = 0; k < given.length; ) {
      int codePoint = Character.codePointAt(given, k);
      k += Character.charCount(codePoint);
      if (StringprepTable.C_1_2.contains(codePoint)) {
        mapped[length++] = ' ';
      } else if (!StringprepTable.B_1.contains(codePoint)) {
        length += Character.toChars(codePoint, mapped, length);
      }
    }
    char[] result = Arrays.copyOf(mapped, length);
    Arrays.fill(mapped, '\0');
    return result;
  }

  /** RFC 4013, section 2.2: NFKC. */
  private static char[] normalize(char[] mapped) {
    CharBuffer view = CharBuffer.wrap(mapped);
    return Normalizer.isNormalized(view, Normalizer.Form.NFKC)
        ? mapped.clone()
        : Normalizer.normalize(view, Normalizer.Form.NFKC).toCharArray();
  }

  /** RFC 3454, section 6. */
  private static void checkBidi(char[] text, String what) {
    boolean anyRightToLeft = false;
    boolean anyLeftToRight = false;
    for (int k = 0; k < text.length; ) {
      int codePoint = Character.codePointAt(text, k);
      k += Character.charCount(codePoint);
      anyRightToLeft |= StringprepTable.D_1.contains(codePoint);
      anyLeftToRight |= StringprepTable.D_2.contains(codePoint);
    }
    if (!anyRightToLeft) {
      return;
    }
    boolean ends =
        StringprepTable.D_1.contains(Character.codePointAt(text, 0))
            && StringprepTable.D_1.contains(Character.codePointBefore(text, text.length));
    if (anyLeftToRight || !ends) {
      throw refused(what, "it mixes writing directions");
    }
  }

  private static void forbid(StringprepTable table, char[] text, String what, String why) {
    for (int k = 0; k < text.length; ) {
      int codePoint = Character.codePointAt(text, k);
      k += Character.charCount(codePoint);
      if (table.contains(codePoint)) {
        throw refused(what, "it holds " + why);
      }
    }
  }

  private static boolean isPrintableAscii(char[] text) {
    for (char character : text) {
      if (character < 0x20 || character > 0x7e) {
        return false;
      }
    }
    return true;
  }

  private static char[] decode(byte[] utf8) {
    CharBuffer decoded;
    try {
      decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
    } catch (CharacterCodingException e) {
      throw new CredentialException(
          ErrorCode.TEXT_NOT_PREPARED,
          "SASLprep (RFC 4013) cannot read the password: it is not UTF-8. If the broker stores"
              + " passwords unprepared, use withoutSaslPrep().",
          e);
    }
    char[] characters = new char[decoded.remaining()];
    decoded.get(characters);
    Arrays.fill(decoded.array(), '\0');
    return characters;
  }

  private static byte[] encode(char[] characters) {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(characters));
    byte[] utf8 = new byte[encoded.remaining()];
    encoded.get(utf8);
    Arrays.fill(encoded.array(), (byte) 0);
    return utf8;
  }

  private static CredentialException refused(String what, String why) {
    return new CredentialException(
        ErrorCode.TEXT_NOT_PREPARED,
        "SASLprep (RFC 4013) refuses the "
            + what
            + ": "
            + why
            + ". Choose another; or, if the broker stores it unprepared as EMQX does, use"
            + " withoutSaslPrep().",
        null);
  }
}
