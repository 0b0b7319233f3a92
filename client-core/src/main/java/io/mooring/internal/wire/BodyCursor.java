package io.mooring.internal.wire;

import io.mooring.ReasonCode;
import io.mooring.error.ProtocolViolationException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the data types of MQTT 5 (section 1.5) from one packet's body; what does not fit is a
 * violation. Reused for every packet of a connection.
 */
final class BodyCursor {
  private static final byte[] NOTHING = {};

  private byte[] bytes = NOTHING;
  private int position;
  private int end;
  private String packet = "";
  private @Nullable CharsetDecoder decoder;

  /** Starts on the body of a packet of this name. */
  void start(String packetName, byte[] source, int from, int length) {
    packet = packetName;
    bytes = source;
    position = from;
    end = from + length;
  }

  /** Lets go of the source, which belongs to the caller. */
  void release() {
    bytes = NOTHING;
    position = 0;
    end = 0;
  }

  int position() {
    return position;
  }

  int remaining() {
    return end - position;
  }

  /** Draws the end nearer or moves it back; returns the end as it was. */
  int limit(int newEnd) {
    int before = end;
    end = newEnd;
    return before;
  }

  int readByte(String what) {
    need(1, what);
    return bytes[position++] & 0xFF;
  }

  /** The next byte, which is there and stays there. */
  int peekByte() {
    return bytes[position] & 0xFF;
  }

  int readShort(String what) {
    need(2, what);
    int value = ((bytes[position] & 0xFF) << 8) | (bytes[position + 1] & 0xFF);
    position += 2;
    return value;
  }

  long readInt(String what) {
    return ((long) readShort(what) << 16) | readShort(what);
  }

  /** A Packet Identifier, which is never 0 (section 2.2.1). */
  int readPacketId() {
    int id = readShort("Packet Identifier");
    if (id == 0) {
      throw protocolError("Packet Identifier is 0; 1 to 65535 is allowed (section 2.2.1)");
    }
    return id;
  }

  int readVariableByteInteger(String what) {
    int value = 0;
    for (int shift = 0; shift <= 21; shift += 7) {
      int digit = readByte(what);
      value |= (digit & 0x7F) << shift;
      if (digit < 0x80) {
        if (digit == 0 && shift > 0) {
          throw malformed(what + " is not in its shortest form (section 1.5.5)");
        }
        return value;
      }
    }
    throw malformed(what + " takes more than four bytes (section 1.5.5)");
  }

  /** Binary Data, copied. */
  byte[] readBinary(String what) {
    int length = readShort(what);
    need(length, what);
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  /** A UTF-8 Encoded String. */
  String readText(String what) {
    return readText(readShort(what), what);
  }

  /** A UTF-8 Encoded String whose length has been read. */
  String readText(int length, String what) {
    need(length, what);
    position += length;
    return text(position - length, length, what);
  }

  /** What is left, copied. */
  byte[] readRest() {
    int from = position;
    position = end;
    return from == end ? NOTHING : Arrays.copyOfRange(bytes, from, end);
  }

  /** Fails if {@code length} bytes are not there. */
  void need(int length, String what) {
    if (remaining() < length) {
      throw malformed(
          what + " takes " + length + " bytes, but " + remaining() + " are left where it stands");
    }
  }

  /** True if the next bytes are these. */
  boolean startsWith(byte[] expected, int length) {
    return remaining() >= length
        && Arrays.mismatch(bytes, position, position + length, expected, 0, length) < 0;
  }

  /** Passes over bytes that {@link #need} or {@link #startsWith} has seen. */
  void skip(int length) {
    position += length;
  }

  /** Copies {@code length} bytes from the position on, without moving. */
  void copyTo(byte[] target, int length) {
    System.arraycopy(bytes, position, target, 0, length);
  }

  ProtocolViolationException malformed(String evidence) {
    return Violations.malformed(packet, evidence);
  }

  ProtocolViolationException protocolError(String evidence) {
    return Violations.protocolError(packet, evidence);
  }

  ProtocolViolationException violation(ReasonCode reason, String evidence) {
    return Violations.of(reason, packet, evidence, null);
  }

  private String text(int from, int length, String what) {
    boolean ascii = true;
    for (int i = from; i < from + length; i++) {
      if (bytes[i] == 0) {
        throw malformed(what + " holds U+0000 (section 1.5.4)");
      }
      ascii &= bytes[i] > 0;
    }
    return ascii
        ? new String(bytes, from, length, StandardCharsets.US_ASCII)
        : decode(from, length, what);
  }

  /**
   * Java's decoder refuses surrogates and overlong forms, and keeps U+FEFF, as section 1.5.4 asks.
   */
  private String decode(int from, int length, String what) {
    if (decoder == null) {
      decoder =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
    }
    try {
      CharBuffer chars = decoder.decode(ByteBuffer.wrap(bytes, from, length));
      return chars.toString();
    } catch (CharacterCodingException e) {
      throw Violations.of(
          ReasonCode.MALFORMED_PACKET, packet, what + " is not UTF-8 (section 1.5.4)", e);
    }
  }
}
