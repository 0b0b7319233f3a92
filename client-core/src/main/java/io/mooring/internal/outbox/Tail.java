package io.mooring.internal.outbox;

import io.mooring.Message;
import io.mooring.identity.SecretMac;
import io.mooring.internal.telemetry.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The segment being written. A file is written by one process, once, from its beginning to its
 * first failure, and never again.
 */
final class Tail {
  private static final int CHUNK = 16 * 1024;

  private final FileOps files;
  private final Segment segment;
  private final FileOps.Handle handle;
  private final Path path;
  private final @Nullable EntryCipher cipher;

  /** Only while something is written: a gateway has a thousand of these. */
  private @Nullable ByteBuffer chunk;

  private long position;

  private Tail(
      FileOps files,
      Segment segment,
      FileOps.Handle handle,
      Path path,
      @Nullable EntryCipher cipher) {
    this.files = files;
    this.segment = segment;
    this.handle = handle;
    this.path = path;
    this.cipher = cipher;
  }

  /** Makes a new file; the head is buffered. */
  static Tail create(FileOps files, Path path, SegmentHead head, @Nullable SecretMac key)
      throws IOException {
    EntryCipher cipher = key == null ? null : EntryCipher.of(key, head);
    Tail tail = new Tail(files, new Segment(head), files.create(path), path, cipher);
    tail.put(head.encode());
    return tail;
  }

  static SegmentHead newHead(
      int number, int replacesFrom, @Nullable SecretMac key, SecureRandom random) {
    byte[] salt = new byte[SegmentHead.SALT_BYTES];
    random.nextBytes(salt);
    byte[] check = key == null ? new byte[SegmentHead.CHECK_BYTES] : EntryCipher.check(key, salt);
    return new SegmentHead(number, replacesFrom, key != null, salt, check);
  }

  Segment segment() {
    return segment;
  }

  /** Where the next record goes; the bytes before it may still be in memory. */
  long position() {
    return position;
  }

  void snapshot(Snapshot snapshot) throws IOException {
    byte[] body = snapshot.encode();
    put(
        new RecordHeader(
            RecordHeader.SNAPSHOT, 0, 0, body.length, 0, RecordHeader.bodyChecksum(body)),
        body);
  }

  void bare(int type, int packetId, long id) throws IOException {
    put(RecordHeader.bare(type, packetId, id), new byte[0]);
  }

  /** The clear time of acceptance, then the message, encrypted or not. */
  void entry(long id, long acceptedAtMillis, Message message) throws IOException {
    ByteBuffer plain = ByteBuffer.allocate((int) MessageCodec.size(message));
    MessageCodec.encode(message, plain);
    entry(id, message.qos().code(), acceptedAtMillis, plain.array());
  }

  /** The same from what {@link MessageCodec} made. */
  void entry(long id, int qos, long acceptedAtMillis, byte[] plain) throws IOException {
    byte[] content = plain;
    int flags = qos;
    if (cipher != null) {
      flags |= RecordHeader.ENCRYPTED;
      int length = Long.BYTES + plain.length + EntryCipher.TAG_BYTES;
      RecordHeader bound = new RecordHeader(RecordHeader.ENTRY, flags, 0, length, id, 0);
      content = cipher.encrypt(bound, position, acceptedAtMillis, plain);
    }
    ByteBuffer body = ByteBuffer.allocate(Long.BYTES + content.length);
    body.putLong(acceptedAtMillis).put(content);
    byte[] bytes = body.array();
    put(
        new RecordHeader(
            RecordHeader.ENTRY, flags, 0, bytes.length, id, RecordHeader.bodyChecksum(bytes)),
        bytes);
  }

  private void put(RecordHeader header, byte[] body) throws IOException {
    put(header.encode(segment.head(), position));
    put(body);
  }

  private void put(byte[] bytes) throws IOException {
    int done = 0;
    while (done < bytes.length) {
      ByteBuffer into = chunk;
      if (into == null) {
        into = ByteBuffer.allocate(CHUNK);
        chunk = into;
      }
      int length = Math.min(into.remaining(), bytes.length - done);
      into.put(bytes, done, length);
      done += length;
      if (!into.hasRemaining()) {
        flush();
      }
    }
    position += bytes.length;
  }

  /** Hands what is buffered to the system. */
  void flush() throws IOException {
    ByteBuffer out = chunk;
    if (out == null) {
      return;
    }
    out.flip();
    while (out.hasRemaining()) {
      if (handle.write(out) <= 0) {
        throw new IOException("the file system wrote nothing");
      }
    }
    chunk = null;
  }

  /** What was flushed counts. */
  void accept() {
    segment.length = position;
    segment.fileLength = position;
  }

  void force(boolean metadata) throws IOException {
    handle.force(metadata);
  }

  /** Ends the segment where it last counted, as well as the disk lets. */
  void abandon() {
    close();
    segment.fileLength = Math.max(position, segment.length);
    try (FileOps.Handle again = files.write(path)) {
      again.truncate(segment.length);
      segment.fileLength = segment.length;
      again.force(true);
    } catch (IOException e) {
      Log.OUTBOX.log(System.Logger.Level.DEBUG, "A failed write could not be cut off yet", e);
    }
  }

  void close() {
    if (cipher != null) {
      cipher.destroy();
    }
    FileOps.closeQuietly(handle);
  }
}
