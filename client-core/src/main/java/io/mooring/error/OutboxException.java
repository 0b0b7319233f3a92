package io.mooring.error;

import org.jspecify.annotations.Nullable;

/**
 * The outbox on disk cannot be opened, read or written. A message whose write failed was not
 * accepted, and does not come back; the client stays up.
 */
public class OutboxException extends MooringException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public OutboxException(Reason reason, String message, @Nullable Throwable cause) {
    super(reason.code, message, cause);
    this.reason = reason;
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public OutboxException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** What kind of trouble it is. */
  public Reason reason() {
    return reason;
  }

  /**
   * True for what may pass by itself: a full disk, an I/O error, a folder that another process
   * holds, a key whose token is away.
   */
  @Override
  public boolean retryable() {
    return reason.retryable;
  }

  /** What kind of trouble it is. */
  public enum Reason {
    /**
     * The folder does not serve: not a folder, a symbolic link, no access, or open to group or
     * others.
     */
    FOLDER(ErrorCode.OUTBOX_FOLDER, false),
    /** Another process, or another client in this one, has the outbox open. */
    LOCKED(ErrorCode.OUTBOX_LOCKED, true),
    /** No space left on the device, or the user's quota is used up. */
    DISK_FULL(ErrorCode.DISK_FULL, true),
    /**
     * The file system is mounted read-only, as Linux does by itself after an error of an SD card.
     */
    READ_ONLY(ErrorCode.DISK_READ_ONLY, false),
    /** A read, write or flush failed. */
    IO(ErrorCode.DISK_IO, true),
    /** The key is not the one that the entries were encrypted with, or none was given. */
    WRONG_KEY(ErrorCode.OUTBOX_WRONG_KEY, false),
    /** The key's keystore or token refuses to work. */
    KEY_UNAVAILABLE(ErrorCode.OUTBOX_KEY_UNAVAILABLE, true),
    /** QoS 2 messages are in flight under another client identifier. */
    WRONG_CLIENT(ErrorCode.OUTBOX_OTHER_CLIENT, false),
    /** A later version of Mooring wrote a segment in a format that this one does not know. */
    NEWER_FORMAT(ErrorCode.OUTBOX_NEWER_FORMAT, false);

    private final ErrorCode code;
    private final boolean retryable;

    Reason(ErrorCode code, boolean retryable) {
      this.code = code;
      this.retryable = retryable;
    }
  }
}
