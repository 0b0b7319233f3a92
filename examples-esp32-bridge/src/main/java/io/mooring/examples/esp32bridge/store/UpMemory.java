package io.mooring.examples.esp32bridge.store;

import io.mooring.examples.esp32bridge.link.Result;
import java.nio.ByteBuffer;

/**
 * How far the messages of a device are settled, and which of the last 64 were refused. Immutable.
 *
 * @param stream which messages
 * @param last the number settled last; 0 for none
 * @param refused bit i: number {@code last - i} was refused
 */
public record UpMemory(long stream, long last, long refused) {
  /** Of a device that never sent anything. */
  public static final UpMemory NONE = new UpMemory(0, 0, 0);

  private static final int REMEMBERED = Long.SIZE;

  /** Reads {@link #bytes}. */
  public static UpMemory read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new UpMemory(in.getLong(), in.getLong(), in.getLong());
  }

  /** As it is stored. */
  public byte[] bytes() {
    return ByteBuffer.allocate(3 * Long.BYTES)
        .putLong(stream)
        .putLong(last)
        .putLong(refused)
        .array();
  }

  /** After a number above {@link #last} was settled. */
  public UpMemory settled(long number, boolean wasRefused) {
    long ahead = number - last;
    long shifted = ahead >= REMEMBERED ? 0 : refused << ahead;
    return new UpMemory(stream, number, wasRefused ? shifted | 1 : shifted);
  }

  /** What is answered for a number up to {@link #last}. */
  public Result answer(long number) {
    long back = last - number;
    boolean wasRefused = back < REMEMBERED && (refused >>> back & 1) == 1;
    return wasRefused ? Result.REFUSED_EARLIER : Result.ACCEPTED;
  }
}
