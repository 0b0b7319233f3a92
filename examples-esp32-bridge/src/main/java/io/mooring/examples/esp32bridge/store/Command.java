package io.mooring.examples.esp32bridge.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message for a device that waits until the device has it.
 *
 * @param number in the stream of messages to the device, from 1
 * @param expiresAt Unix time in milliseconds; 0 for never
 * @param retain the RETAIN flag, for the device
 * @param suffix the topic below the device's subtree
 * @param responseTopic for a device at the local broker, or null
 * @param correlation Correlation Data, or null
 * @param hops the bridges that it came through
 * @param content the payload; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record Command(
    long number,
    long expiresAt,
    boolean retain,
    String suffix,
    @Nullable String responseTopic,
    byte @Nullable [] correlation,
    String hops,
    byte[] content) {
  private static final int FORM = 1;

  /** Reads {@link #bytes}. */
  public static Command read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.get() != FORM) {
      throw new IllegalArgumentException("a stored command is of a newer bridge");
    }
    long number = in.getLong();
    long expiresAt = in.getLong();
    boolean retain = in.get() != 0;
    String suffix = text(part(in));
    byte[] response = part(in);
    byte[] correlation = part(in);
    String hops = text(part(in));
    byte[] content = new byte[in.remaining()];
    in.get(content);
    return new Command(
        number,
        expiresAt,
        retain,
        suffix,
        response == null ? null : text(response),
        correlation,
        hops,
        content);
  }

  /** As it is stored. */
  public byte[] bytes() {
    byte[] name = utf8(suffix);
    byte[] response = responseTopic == null ? null : utf8(responseTopic);
    byte[] through = utf8(hops);
    int parts = 4 * Integer.BYTES + name.length + through.length;
    parts += response == null ? 0 : response.length;
    parts += correlation == null ? 0 : correlation.length;
    ByteBuffer out = ByteBuffer.allocate(2 + 2 * Long.BYTES + parts + content.length);
    out.put((byte) FORM).putLong(number).putLong(expiresAt).put((byte) (retain ? 1 : 0));
    put(out, name);
    put(out, response);
    put(out, correlation);
    put(out, through);
    return out.put(content).array();
  }

  /** What it counts against the bound in bytes. */
  public long size() {
    return suffix.length() + (long) content.length;
  }

  /** Whether it has waited too long. */
  public boolean isExpired(long unixMillis) {
    return expiresAt != 0 && unixMillis >= expiresAt;
  }

  private static void put(ByteBuffer out, byte @Nullable [] part) {
    out.putInt(part == null ? -1 : part.length);
    if (part != null) {
      out.put(part);
    }
  }

  private static byte @Nullable [] part(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0) {
      return null;
    }
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Never the content. */
  @Override
  public String toString() {
    return "Command[" + number + ", " + suffix + ", " + content.length + " bytes]";
  }
}
