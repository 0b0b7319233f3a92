package io.mooring.keystore;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import org.jspecify.annotations.Nullable;

/** A keystore or PEM file cannot be used; {@link #reason()} says why in a form code can act on. */
public final class DeviceKeystoreException extends KeystoreException {
  private static final long serialVersionUID = 1L;

  /** Why a file was refused. */
  public enum Reason {
    /** No file at the path. */
    MISSING(ErrorCode.KEY_FILE_MISSING),
    /** A folder or a device, not a regular file. */
    NOT_A_FILE(ErrorCode.KEY_FILE_NOT_A_FILE),
    /** A file of no bytes. */
    EMPTY(ErrorCode.KEY_FILE_EMPTY),
    /** More than 1 MiB. */
    TOO_LARGE(ErrorCode.KEY_FILE_TOO_LARGE),
    /** The operating system refuses to read or write it. */
    NO_ACCESS(ErrorCode.KEY_FILE_NO_ACCESS),
    /** Group or others may read or write it. */
    TOO_OPEN(ErrorCode.KEY_FILE_TOO_OPEN),
    /** Some other format. */
    WRONG_FORMAT(ErrorCode.KEY_FILE_WRONG_FORMAT),
    /** Ends before its own length says. */
    TRUNCATED(ErrorCode.KEY_FILE_TRUNCATED),
    /** A PKCS#12 file without a MAC: its content could be altered by anybody. */
    NO_INTEGRITY(ErrorCode.KEYSTORE_NO_MAC),
    /** Wrong password, or the file was altered: the MAC cannot tell the two apart. */
    WRONG_PASSWORD(ErrorCode.WRONG_PASSWORD),
    /** The key is encrypted and no password was given. */
    PASSWORD_NEEDED(ErrorCode.KEY_PASSWORD_NEEDED),
    /** The content contradicts itself or the format. */
    DAMAGED(ErrorCode.KEY_FILE_DAMAGED),
    /** No entry under this alias. */
    NO_SUCH_ALIAS(ErrorCode.NO_SUCH_ALIAS),
    /** No private key. */
    NO_KEY(ErrorCode.NO_PRIVATE_KEY),
    /** No certificate. */
    NO_CERTIFICATE(ErrorCode.NO_CERTIFICATE),
    /** No SCRAM keys. */
    NO_SCRAM(ErrorCode.NO_SCRAM_KEYS),
    /** No key for the outbox. */
    NO_OUTBOX_KEY(ErrorCode.NO_OUTBOX_KEY),
    /** Several entries fit and none is named. */
    AMBIGUOUS(ErrorCode.SEVERAL_ENTRIES),
    /** The certificate is for another key. */
    KEY_MISMATCH(ErrorCode.KEY_MISMATCH),
    /** An algorithm, curve or key size that is not supported. */
    UNSUPPORTED(ErrorCode.KEY_UNSUPPORTED),
    /** The keystore was closed, so that its keys are gone. */
    CLOSED(ErrorCode.KEYSTORE_CLOSED),
    /** A file to be created exists. */
    EXISTS(ErrorCode.KEY_FILE_EXISTS),
    /** Somebody else saved the file since it was opened for editing. */
    CHANGED(ErrorCode.KEYSTORE_CHANGED),
    /** Somebody else is saving the file now; the one reason that a retry cures. */
    BUSY(ErrorCode.KEYSTORE_BUSY),
    /** Writing failed; the old file is still in place, or the message says otherwise. */
    WRITE_FAILED(ErrorCode.KEY_FILE_NOT_WRITTEN);

    private final ErrorCode code;

    Reason(ErrorCode code) {
      this.code = code;
    }
  }

  private final Reason reason;

  DeviceKeystoreException(Reason reason, String message) {
    this(reason, message, null);
  }

  DeviceKeystoreException(Reason reason, String message, @Nullable Throwable cause) {
    super(reason.code, message, cause);
    this.reason = reason;
  }

  /** Why the file was refused. */
  public Reason reason() {
    return reason;
  }

  /** True for {@link Reason#BUSY} only. */
  @Override
  public boolean retryable() {
    return reason == Reason.BUSY;
  }
}
