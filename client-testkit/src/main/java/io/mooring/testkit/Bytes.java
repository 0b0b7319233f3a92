package io.mooring.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** An immutable run of bytes that compares by content and prints as hex. */
public final class Bytes {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private static final int PRINTED = 64;

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** A copy of the given bytes. */
  public static Bytes of(byte... content) {
    return new Bytes(content.clone());
  }

  /** The UTF-8 encoding of a text. */
  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes written as hex digits; blanks are skipped. */
  public static Bytes hex(String digits) {
    return new Bytes(HexFormat.of().parseHex(digits.replace(" ", "")));
  }

  /** A copy of the bytes. */
  public byte[] toArray() {
    return content.clone();
  }

  /** How many bytes. */
  public int length() {
    return content.length;
  }

  /** The bytes read as UTF-8; ill-formed input becomes replacement characters. */
  public String toUtf8() {
    return new String(content, StandardCharsets.UTF_8);
  }

  /** The bytes as hex digits. */
  public String toHex() {
    return HexFormat.of().formatHex(content);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /** The length and the first 64 bytes in hex. */
  @Override
  public String toString() {
    String shown = HexFormat.of().formatHex(content, 0, Math.min(PRINTED, content.length));
    return content.length + ":" + shown + (content.length > PRINTED ? "..." : "");
  }
}
