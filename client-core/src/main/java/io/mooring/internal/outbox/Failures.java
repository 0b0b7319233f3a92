package io.mooring.internal.outbox;

import io.mooring.error.OutboxException;
import io.mooring.error.OutboxException.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Locale;

/** What a file system says, in types. */
final class Failures {
  private Failures() {}

  /** {@code what} as in "read" or "written to". */
  static OutboxException typed(Path folder, String what, IOException cause) {
    Reason reason = reason(cause);
    String advice =
        switch (reason) {
          case DISK_FULL ->
              "Free space on the file system, or lower the bounds of the outbox. The client goes on.";
          case READ_ONLY ->
              "The system mounts a medium read-only after errors: check it, and replace the SD card"
                  + " if it fails.";
          case FOLDER -> "Check that the user this program runs as owns the folder and its files.";
          default -> "Check the medium and the system's log.";
        };
    return new OutboxException(
        reason,
        "Outbox " + folder + " cannot be " + what + ": " + describe(cause) + ". " + advice,
        cause);
  }

  private static String describe(IOException cause) {
    String message = cause.getMessage();
    return cause instanceof AccessDeniedException
        ? "access denied to " + message
        : message == null ? cause.getClass().getSimpleName() : message;
  }

  private static Reason reason(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return Reason.FOLDER;
    }
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("no space left")
        || message.contains("quota exceeded")
        || message.contains("not enough space")) {
      return Reason.DISK_FULL;
    }
    return message.contains("read-only file system") ? Reason.READ_ONLY : Reason.IO;
  }
}
