package io.mooring.scram;

import io.mooring.error.ErrorCode;
import io.mooring.error.ServerProofException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the attributes of a server message one after the other (RFC 5802, section 7). Works on
 * bytes: brokers send octets that are not characters of the RFC, and what is hashed must be what
 * was sent. Throws {@link ServerProofException} and nothing else.
 */
final class ScramSyntax {
  /** An honest server-first has some 150 octets. */
  static final int MAX_MESSAGE_BYTES = 4096;

  private final String messageName;
  private final byte[] message;
  private int position;

  ScramSyntax(String messageName, byte @Nullable [] message) {
    this.messageName = messageName;
    if (message == null || message.length == 0) {
      throw new ServerProofException(
          ErrorCode.SERVER_SKIPPED_PROOF,
          "The broker sent no "
              + messageName
              + ": its Authentication Data is "
              + (message == null ? "missing" : "empty")
              + ". Check that SCRAM is enabled on the broker; one that skips it proves nothing.",
          null);
    }
    if (message.length > MAX_MESSAGE_BYTES) {
      throw new ServerProofException(
          ErrorCode.SCRAM_MALFORMED,
          "The broker's "
              + messageName
              + " has "
              + message.length
              + " bytes; at most "
              + MAX_MESSAGE_BYTES
              + " are accepted. No honest broker sends so much.",
          null);
    }
    this.message = message;
  }

  boolean atEnd() {
    return position >= message.length;
  }

  /** The name of the next attribute, which is not consumed. */
  byte peekName() {
    if (position + 1 >= message.length || message[position + 1] != '=') {
      throw malformed("an attribute of the form x=... is missing at offset " + position);
    }
    byte name = message[position];
    if (!isAlpha(name)) {
      throw malformed("the attribute name at offset " + position + " is not a letter");
    }
    return name;
  }

  /** Consumes the next attribute, which must be {@code name}, and the comma behind it. */
  byte[] value(char name) {
    if (atEnd()) {
      throw malformed("attribute " + name + "= is missing");
    }
    byte found = peekName();
    if (found == 'm') {
      throw new ServerProofException(
          ErrorCode.SCRAM_MALFORMED,
          "The broker's "
              + messageName
              + " carries a mandatory extension (m=), which must be refused (RFC 5802, 5.1)."
              + " No such extension is standardised; check the broker.",
          null);
    }
    if (found != name) {
      throw malformed("attribute " + name + "= was expected, " + (char) found + "= was found");
    }
    return take();
  }

  /**
   * Consumes the optional extensions that may end a message: unknown ones are ignored as the RFC
   * demands; a mandatory one is refused, and so is a repetition of a standard attribute, by which a
   * broker could say two things at once.
   */
  void extensions() {
    while (!atEnd()) {
      byte name = peekName();
      if (name == 'm') {
        value('\0');
      }
      if ("nracpsive".indexOf(name) >= 0) {
        throw malformed("attribute " + (char) name + "= stands where only extensions may");
      }
      take();
    }
  }

  /** Strict base64 (RFC 4648, section 4): padded, canonical, no other octet. */
  byte[] base64(char name, byte[] encoded) {
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw new ServerProofException(
          ErrorCode.SCRAM_MALFORMED, malformedText(name + "= is not base64"), e);
    }
    if (encoded.length % 4 != 0 || !sameOctets(Base64.getEncoder().encode(decoded), encoded)) {
      throw malformed(name + "= is not canonical base64");
    }
    return decoded;
  }

  ServerProofException malformed(String what) {
    return new ServerProofException(ErrorCode.SCRAM_MALFORMED, malformedText(what), null);
  }

  /** At most 64 octets of what the broker sent, made harmless for a log. */
  static String printable(byte[] value) {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < Math.min(value.length, 64); k++) {
      text.append(value[k] >= 0x20 && value[k] < 0x7f ? (char) value[k] : '?');
    }
    return value.length > 64 ? text.append("...").toString() : text.toString();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private String malformedText(String what) {
    return "The broker's "
        + messageName
        + " breaks RFC 5802, section 7: "
        + what
        + ". Check the endpoint; an honest SCRAM server does not send this.";
  }

  private byte[] take() {
    String name = String.format(Locale.ROOT, "%c=", message[position]);
    int start = position + 2;
    int end = start;
    while (end < message.length && message[end] != ',') {
      if (message[end] == 0) {
        throw malformed(name + " holds a NUL");
      }
      end++;
    }
    if (end == start) {
      throw malformed(name + " is empty");
    }
    if (end == message.length - 1) {
      throw malformed("a comma ends the message");
    }
    byte[] value = Arrays.copyOfRange(message, start, end);
    position = end + 1;
    return value;
  }

  private static boolean isAlpha(byte octet) {
    return (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
  }

  private static boolean sameOctets(byte[] a, byte[] b) {
    return MessageDigest.isEqual(a, b);
  }
}
