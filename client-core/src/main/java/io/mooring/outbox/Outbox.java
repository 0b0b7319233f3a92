package io.mooring.outbox;

import io.mooring.identity.SecretMac;
import io.mooring.internal.outbox.Inspection;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a client keeps QoS 1 and 2 messages until the broker has them, and how much of them.
 * Immutable.
 *
 * <pre>{@code
 * Outbox.in(Path.of("/var/lib/meter/outbox")).atMost(50_000, 32L * 1024 * 1024)
 * }</pre>
 *
 * <p>One client uses a folder at a time; a lock keeps others out. The folder is made with mode 0700
 * and its files with 0600. A folder that is open to group or others is closed to them if it is
 * empty and else refused, and so is one that is a symbolic link: whoever may write there could put
 * messages under the device's name.
 */
public final class Outbox {
  /** The default bound: 10,000 messages. */
  public static final int DEFAULT_MESSAGES = 10_000;

  /** The default bound: 64 MiB. */
  public static final long DEFAULT_BYTES = 64L * 1024 * 1024;

  private static final int MAX_MESSAGES = 10_000_000;
  private static final long MIN_BYTES = 64L * 1024;
  private static final long MAX_BYTES = 1L << 40;

  private final Path folder;
  private final int messages;
  private final long bytes;
  private final Overflow overflow;
  private final @Nullable SecretMac key;

  private Outbox(
      Path folder, int messages, long bytes, Overflow overflow, @Nullable SecretMac key) {
    this.folder = folder;
    this.messages = messages;
    this.bytes = bytes;
    this.overflow = overflow;
    this.key = key;
  }

  /**
   * An outbox in {@code folder}, which is made when the client opens it; its parent has to exist.
   * Default bounds: {@value #DEFAULT_MESSAGES} messages and 64 MiB, then {@link Overflow#REJECT}.
   */
  public static Outbox in(Path folder) {
    Objects.requireNonNull(folder, "folder");
    return new Outbox(
        folder.toAbsolutePath(), DEFAULT_MESSAGES, DEFAULT_BYTES, Overflow.REJECT, null);
  }

  /**
   * Sets both bounds.
   *
   * @param messages 1 to 10,000,000; default 10,000. Each costs up to 8 bytes of heap
   * @param bytes 64 KiB to 1 TiB; default 64 MiB. An entry counts its topic, payload, properties
   *     and 59 bytes. On disk the log takes up to twice this and 12 MiB; for small bounds less: see
   *     docs/OUTBOX-FORMAT.md
   */
  public Outbox atMost(int messages, long bytes) {
    if (messages < 1 || messages > MAX_MESSAGES) {
      throw new IllegalArgumentException(
          "an outbox holds at most 1 to 10000000 messages; got " + messages);
    }
    if (bytes < MIN_BYTES || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "an outbox holds at most 65536 to 1099511627776 bytes; got " + bytes);
    }
    return new Outbox(folder, messages, bytes, overflow, key);
  }

  /** Says what happens when a bound is reached. Default {@link Overflow#REJECT}. */
  public Outbox onOverflow(Overflow policy) {
    return new Outbox(folder, messages, bytes, Objects.requireNonNull(policy, "policy"), key);
  }

  /**
   * Encrypts entries with AES-256-GCM under keys derived from {@code key}: topic, payload and
   * properties. Sizes, times, QoS, the client identifier and the state of delivery stay readable.
   * Default: not encrypted.
   *
   * <p>Entries that were written before, without encryption, stay readable and are deleted as they
   * are delivered. Do not use the key for anything else.
   */
  public Outbox encryptedWith(SecretMac key) {
    return new Outbox(folder, messages, bytes, overflow, Objects.requireNonNull(key, "key"));
  }

  /** The folder, absolute. */
  public Path folder() {
    return folder;
  }

  /** The bound on messages. */
  public int atMostMessages() {
    return messages;
  }

  /** The bound on bytes. */
  public long atMostBytes() {
    return bytes;
  }

  /** What happens when a bound is reached. */
  public Overflow onOverflow() {
    return overflow;
  }

  /** The key that entries are encrypted with, or null if they are not. */
  public @Nullable SecretMac encryptedWith() {
    return key;
  }

  /**
   * Looks inside without changing anything, while no client has the outbox open. Without the key of
   * an encrypted log it verifies checksums and counts, and leaves topics out.
   *
   * @throws io.mooring.error.OutboxException if the folder is missing or locked, cannot be read, is
   *     of a newer format, or if the key is wrong
   */
  public OutboxContents inspect() {
    return Inspection.of(this);
  }

  /** Folder and bounds; nothing of the key. */
  @Override
  public String toString() {
    return "Outbox["
        + folder
        + ", at most "
        + messages
        + " messages and "
        + bytes
        + " bytes, "
        + overflow
        + (key == null ? "]" : ", encrypted]");
  }
}
