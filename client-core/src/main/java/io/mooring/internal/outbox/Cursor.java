package io.mooring.internal.outbox;

import io.mooring.Message;
import io.mooring.identity.SecretMac;
import io.mooring.internal.outbox.MessageCodec.DamagedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the entries of one segment in order; remembers where it stopped. */
final class Cursor implements Closeable {
  /** An entry as it lies on disk, and the message in it. */
  @SuppressWarnings("ArrayRecordComponent") // confined to this package, never compared
  record Entry(RecordHeader header, long acceptedAtMillis, byte[] content) {
    Message message() throws DamagedException {
      return MessageCodec.decode(header.qos(), ByteBuffer.wrap(content));
    }
  }

  private final Segment segment;
  private final SegmentReader reader;
  private final @Nullable SecretMac key;
  private @Nullable EntryCipher cipher;
  private long lastId;

  /** Opens {@code segment} at its beginning. */
  Cursor(FileOps files, Path folder, Segment segment, @Nullable SecretMac key) throws IOException {
    this.segment = segment;
    this.key = key;
    this.reader =
        new SegmentReader(files.read(segment.file(folder)), segment.head(), segment.length);
  }

  Segment segment() {
    return segment;
  }

  /** True if {@code id} can still come. */
  boolean isBefore(long id) {
    return lastId < id;
  }

  /** Moves to the next intact header of a live entry behind {@code afterId}; null at the end. */
  @Nullable RecordHeader next(long afterId) throws IOException {
    reader.limit(segment.length);
    for (RecordHeader header = reader.next(); header != null; header = reader.next()) {
      if (header.type() == RecordHeader.ENTRY) {
        lastId = header.id();
        if (header.id() > afterId && segment.ids().size(header.id()) > 0) {
          return header;
        }
      }
    }
    return null;
  }

  /** The entry that {@link #next} found. */
  Entry entry(RecordHeader header) throws IOException, DamagedException {
    byte[] body = reader.body(header);
    if (body == null || body.length < Long.BYTES) {
      throw new DamagedException("its checksum does not hold");
    }
    ByteBuffer in = ByteBuffer.wrap(body);
    long acceptedAtMillis = in.getLong();
    if (!header.isEncrypted()) {
      byte[] content = new byte[in.remaining()];
      in.get(content);
      return new Entry(header, acceptedAtMillis, content);
    }
    EntryCipher current = cipher;
    if (current == null) {
      current = EntryCipher.of(Objects.requireNonNull(key, "key"), segment.head());
      cipher = current;
    }
    return new Entry(
        header, acceptedAtMillis, current.decrypt(header, reader.offset(), acceptedAtMillis, in));
  }

  /** The clear time in the body of the entry that {@link #next} found; no key is needed. */
  long acceptedAtMillis(RecordHeader header) throws IOException, DamagedException {
    byte[] body = reader.body(header);
    if (body == null || body.length < Long.BYTES) {
      throw new DamagedException("its checksum does not hold");
    }
    return ByteBuffer.wrap(body).getLong();
  }

  @Override
  public void close() {
    if (cipher != null) {
      cipher.destroy();
    }
    reader.close();
  }
}
