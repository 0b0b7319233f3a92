package io.mooring.internal.outbox;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the records of one segment, and finds the next intact header behind bytes that are
 * none.
 */
final class SegmentReader implements Closeable {
  private static final int WINDOW = 16 * 1024;
  private static final int BLOCK = 4096;

  private final FileOps.Handle file;
  private final SegmentHead head;
  private final byte[] window = new byte[WINDOW];
  private long windowStart;
  private int windowLength;
  private long limit;
  private long next = SegmentHead.AREA;
  private long offset;
  private long skippedAt;
  private long skipped;

  /** Reads up to {@code limit}, which is not behind the end of the file. */
  SegmentReader(FileOps.Handle file, SegmentHead head, long limit) {
    this.file = file;
    this.head = head;
    this.limit = limit;
  }

  SegmentHead head() {
    return head;
  }

  /** The segment has grown. */
  void limit(long longer) {
    limit = longer;
  }

  /** Where the record that {@link #next} returned begins. */
  long offset() {
    return offset;
  }

  /** Where the next record is looked for. */
  long position() {
    return next;
  }

  /** How many bytes before the record that {@link #next} returned, or the end, are no record. */
  long skipped() {
    return skipped;
  }

  /** Where these begin. */
  long skippedAt() {
    return skippedAt;
  }

  /** The next intact header, or null at the end. Its body may still be damaged. */
  @Nullable RecordHeader next() throws IOException {
    skippedAt = next;
    for (long at = next; at + RecordHeader.BYTES <= limit; at++) {
      int index = ensure(at, RecordHeader.BYTES);
      RecordHeader header = RecordHeader.decode(head, at, window, index);
      if (header != null && at + RecordHeader.BYTES + header.length() <= limit) {
        skipped = at - skippedAt;
        offset = at;
        next = at + RecordHeader.BYTES + header.length();
        return header;
      }
    }
    skipped = Math.max(0, limit - skippedAt);
    offset = limit;
    next = Math.max(next, limit);
    return null;
  }

  /** True if the body of the record just returned has its checksum. Needs little memory. */
  boolean bodyIntact(RecordHeader header) throws IOException {
    CRC32C crc = new CRC32C();
    long at = offset + RecordHeader.BYTES;
    long end = at + header.length();
    while (at < end) {
      int length = (int) Math.min(WINDOW, end - at);
      crc.update(window, ensure(at, length), length);
      at += length;
    }
    return header.length() == 0 || (int) crc.getValue() == header.bodyChecksum();
  }

  /** The body of the record just returned, or null if it has not its checksum. */
  byte @Nullable [] body(RecordHeader header) throws IOException {
    byte[] body = new byte[header.length()];
    long at = offset + RecordHeader.BYTES;
    int filled = 0;
    while (filled < body.length) {
      int length = Math.min(WINDOW, body.length - filled);
      System.arraycopy(window, ensure(at + filled, length), body, filled, length);
      filled += length;
    }
    return body.length == 0 || RecordHeader.bodyChecksum(body) == header.bodyChecksum()
        ? body
        : null;
  }

  /** Index in the window of the {@code length} bytes at {@code at}. */
  private int ensure(long at, int length) throws IOException {
    if (at < windowStart || at + length > windowStart + windowLength) {
      windowStart = at;
      windowLength = 0;
      int wanted = (int) Math.min(WINDOW, limit - at);
      fill(at, wanted);
      windowLength = wanted;
    }
    return (int) (at - windowStart);
  }

  private void fill(long at, int length) throws IOException {
    try {
      read(at, 0, length);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      fillByBlocks(at, length, e);
    }
  }

  /** A block that the medium does not give back is damage like any other, and so reads as zeros. */
  private void fillByBlocks(long at, int length, IOException cause) throws IOException {
    boolean any = false;
    int done = 0;
    while (done < length) {
      int block = (int) Math.min(BLOCK - (at + done) % BLOCK, length - done);
      try {
        read(at + done, done, block);
        any = true;
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        Arrays.fill(window, done, done + block, (byte) 0);
      }
      done += block;
    }
    if (!any && file.read(ByteBuffer.allocate(1), 0) < 1) {
      // Not a block but the medium is gone, or the file: nothing can be said of what is on it.
      throw cause;
    }
  }

  private void read(long at, int index, int length) throws IOException {
    ByteBuffer into = ByteBuffer.wrap(window, index, length);
    while (into.hasRemaining()) {
      long position = at + into.position() - index;
      if (file.read(into, position) < 0) {
        throw new EOFException("file ended at " + position + " of " + limit);
      }
    }
  }

  @Override
  public void close() {
    FileOps.closeQuietly(file);
  }
}
