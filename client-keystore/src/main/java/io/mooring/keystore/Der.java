package io.mooring.keystore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** As much of DER (X.690) as telling key formats apart and wrapping them in PKCS#8 takes. */
final class Der {
  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int OID = 0x06;
  static final int SEQUENCE = 0x30;
  static final int CONTEXT_0 = 0xA0;

  private Der() {}

  /** The bytes are not what they claim to be. */
  static class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /** An element is longer than what is left. */
  static final class TooShortException extends MalformedException {
    private static final long serialVersionUID = 1L;

    TooShortException(String message) {
      super(message);
    }
  }

  /** Steps over the elements in a range of an array, which it does not copy. */
  static final class Cursor {
    private final byte[] bytes;
    private final int end;
    private int position;

    private int contentStart;
    private int contentEnd;

    Cursor(byte[] bytes) {
      this(bytes, 0, bytes.length);
    }

    private Cursor(byte[] bytes, int start, int end) {
      this.bytes = bytes;
      this.position = start;
      this.end = end;
    }

    boolean hasMore() {
      return position < end;
    }

    int peekTag() {
      return hasMore() ? bytes[position] & 0xFF : -1;
    }

    /** Moves over the next element, which must have this tag. */
    Cursor next(int expectedTag) throws MalformedException {
      if (peekTag() != expectedTag) {
        throw new MalformedException(
            "expected tag 0x"
                + Integer.toHexString(expectedTag)
                + " at byte "
                + position
                + (hasMore() ? ", found 0x" + Integer.toHexString(peekTag()) : ", found the end"));
      }
      return skip();
    }

    /** Moves over the next element, whatever it is. */
    Cursor skip() throws MalformedException {
      octet();
      int length = octet();
      if (length > 0x84 || length == 0x80) {
        throw new MalformedException("length form 0x" + Integer.toHexString(length));
      }
      if (length > 0x80) {
        int octets = length - 0x80;
        length = 0;
        for (int i = 0; i < octets; i++) {
          length = (length << 8) | octet();
        }
      }
      if (length < 0 || length > end - position) {
        throw new TooShortException(
            "it declares "
                + length
                + " bytes after byte "
                + position
                + ", there are "
                + (end - position));
      }
      contentStart = position;
      contentEnd = position + length;
      position = contentEnd;
      return this;
    }

    /** Into the element that was moved over last. */
    Cursor enter() {
      return new Cursor(bytes, contentStart, contentEnd);
    }

    /** A copy of the content of the element that was moved over last. */
    byte[] content() {
      return Arrays.copyOfRange(bytes, contentStart, contentEnd);
    }

    private int octet() throws MalformedException {
      if (position >= end) {
        throw new TooShortException("it ends within an element");
      }
      return bytes[position++] & 0xFF;
    }
  }

  /** One element; the parts are its content. */
  static byte[] element(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length >= 0x80) {
      int octets = (39 - Integer.numberOfLeadingZeros(length)) / 8;
      out.write(0x80 | octets);
      for (int shift = 8 * (octets - 1); shift > 0; shift -= 8) {
        out.write(length >>> shift);
      }
    }
    out.write(length);
    byte[] head = out.toByteArray();
    byte[] result = Arrays.copyOf(head, head.length + length);
    int at = head.length;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, result, at, part.length);
      at += part.length;
    }
    return result;
  }

  /** The dotted form of the content of an OBJECT IDENTIFIER. */
  static String dotted(byte[] oid) {
    StringBuilder text = new StringBuilder();
    long arc = 0;
    for (byte octet : oid) {
      arc = (arc << 7) | (octet & 0x7F);
      if (octet >= 0) {
        if (text.length() == 0) {
          long first = Math.min(arc / 40, 2);
          text.append(first).append('.').append(arc - 40 * first);
        } else {
          text.append('.').append(arc);
        }
        arc = 0;
      }
    }
    return text.toString();
  }
}
