package io.mooring.examples.esp32bridge.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A small durable map: an append-only file of {@code length, CRC-32C, key length, key, value}. One
 * thread writes whatever has gathered, flushes once, and completes all of it together. What a torn
 * write left at the end is cut off when it is opened; the file is written anew when most of it is
 * of the past.
 */
public final class KeyValueLog implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final int HEADER = 8;
  private static final int LONGEST = 1 << 20;
  private static final long KEPT_ANYWAY = 1L << 20;
  private static final int MOST_AT_ONCE = 1024;

  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  private record Change(String key, byte @Nullable [] value, CompletableFuture<Void> done) {}

  private final Path file;
  private final Map<String, byte[]> entries;
  private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
  private final Change end = new Change("", null, new CompletableFuture<>());
  private final Thread writer = new Thread(this::write, "bridge-store");
  private final Map<String, byte[]> found;
  private FileChannel channel;
  private long length;
  private long liveBytes;

  private KeyValueLog(Path file, Map<String, byte[]> entries) throws IOException {
    this.file = file;
    this.entries = entries;
    this.found = Map.copyOf(entries);
    this.channel = rewrite();
    writer.start();
  }

  /**
   * Opens the map in {@code file}, or makes it. One process at a time: the bridge's outbox beside
   * it is locked.
   *
   * @throws IOException if the file cannot be read or written
   */
  public static KeyValueLog open(Path file) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    if (Files.exists(file)) {
      replay(ByteBuffer.wrap(Files.readAllBytes(file)), entries);
    }
    return new KeyValueLog(file, entries);
  }

  /** What was there when it was opened; keys in no order. */
  public Map<String, byte[]> found() {
    return found;
  }

  /** Sets a value. Completes, on the writer's thread, once it is on the disk. */
  public CompletionStage<Void> put(String key, byte[] value) {
    if (HEADER + Integer.BYTES + key.length() + value.length > LONGEST) {
      throw new IllegalArgumentException(
          "the value of " + key + " has " + value.length + " bytes; at most 1 MiB is kept");
    }
    return add(new Change(key, value.clone(), new CompletableFuture<>()));
  }

  /** Removes a value; a crash may bring it back. */
  public CompletionStage<Void> remove(String key) {
    return add(new Change(key, null, new CompletableFuture<>()));
  }

  private CompletionStage<Void> add(Change change) {
    changes.add(change);
    return change.done().minimalCompletionStage();
  }

  /** Writes what waits, and ends. */
  @Override
  public void close() throws IOException {
    changes.add(end);
    boolean interrupted = false;
    while (writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    channel.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    List<Change> batch = new ArrayList<>();
    boolean ended = false;
    while (!ended) {
      batch.clear();
      try {
        batch.add(changes.take());
      } catch (InterruptedException e) {
        return; // nobody interrupts it but the end of the JVM
      }
      changes.drainTo(batch, MOST_AT_ONCE);
      ended = batch.remove(end);
      commit(batch);
    }
  }

  private void commit(List<Change> batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      append(batch);
      for (Change change : batch) {
        apply(change.key(), change.value());
      }
      if (length > KEPT_ANYWAY + 2 * liveBytes) {
        FileChannel old = channel;
        channel = rewrite();
        old.close();
      }
    } catch (IOException e) {
      batch.forEach(change -> change.done().completeExceptionally(e));
      return;
    }
    batch.forEach(change -> change.done().complete(null));
  }

  private void append(List<Change> batch) throws IOException {
    long before = length;
    boolean whole = false;
    try {
      ByteBuffer[] records =
          batch.stream()
              .map(change -> record(change.key(), change.value()))
              .toArray(ByteBuffer[]::new);
      for (ByteBuffer bytes : records) {
        while (bytes.hasRemaining()) {
          length += channel.write(bytes, length);
        }
      }
      channel.force(false);
      whole = true;
    } finally {
      if (!whole) {
        length = before;
        channel.truncate(before); // what failed must not come back, whole or torn
      }
    }
  }

  private void apply(String key, byte @Nullable [] value) {
    byte[] old = value == null ? entries.remove(key) : entries.put(key, value);
    liveBytes += (value == null ? 0 : size(key, value)) - (old == null ? 0 : size(key, old));
  }

  /** Writes what is alive to another file and puts it in the place of this one. */
  private FileChannel rewrite() throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    FileChannel next =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    long written = 0;
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      ByteBuffer bytes = record(entry.getKey(), entry.getValue());
      while (bytes.hasRemaining()) {
        written += next.write(bytes);
      }
    }
    next.force(true);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel directory = FileChannel.open(folder)) {
        directory.force(true);
      }
    }
    length = written;
    liveBytes = written;
    return next;
  }

  private static int size(String key, byte[] value) {
    return HEADER + Integer.BYTES + key.length() + value.length;
  }

  private static ByteBuffer record(String key, byte @Nullable [] value) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    int body = Integer.BYTES + name.length + (value == null ? 0 : value.length);
    ByteBuffer out = ByteBuffer.allocate(HEADER + body).putInt(value == null ? -body : body);
    out.position(HEADER);
    out.putInt(name.length).put(name);
    if (value != null) {
      out.put(value);
    }
    out.putInt(Integer.BYTES, crc(out));
    return out.flip();
  }

  /** Length and body, so that a removal is not read as a value. */
  private static int crc(ByteBuffer record) {
    CRC32C crc = new CRC32C();
    crc.update(record.array(), record.arrayOffset(), Integer.BYTES);
    crc.update(record.array(), record.arrayOffset() + HEADER, record.position() - HEADER);
    return (int) crc.getValue();
  }

  private static void replay(ByteBuffer in, Map<String, byte[]> entries) {
    while (in.remaining() >= HEADER) {
      int start = in.position();
      int signed = in.getInt();
      int crc = in.getInt();
      int body = Math.abs(signed);
      if (body < Integer.BYTES || body > LONGEST || body > in.remaining()) {
        return;
      }
      CRC32C actual = new CRC32C();
      actual.update(in.array(), start, Integer.BYTES);
      actual.update(in.array(), start + HEADER, body);
      int nameLength = in.getInt();
      if ((int) actual.getValue() != crc || nameLength < 0 || nameLength > body - Integer.BYTES) {
        return;
      }
      byte[] name = new byte[nameLength];
      in.get(name);
      byte[] value = new byte[body - Integer.BYTES - nameLength];
      in.get(value);
      String key = new String(name, StandardCharsets.UTF_8);
      if (signed < 0) {
        entries.remove(key);
      } else {
        entries.put(key, value);
      }
    }
  }
}
