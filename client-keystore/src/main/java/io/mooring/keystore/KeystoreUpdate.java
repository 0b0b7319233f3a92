package io.mooring.keystore;

import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * One change of a keystore file that others change, too: a renewal, a rotation of pins, a command
 * at a terminal. Whoever comes second reads again and repeats the change on top of the first one's.
 */
public final class KeystoreUpdate {
  private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private KeystoreUpdate() {}

  /**
   * Opens the file, makes the change and saves it, and does so again while others are at it, for up
   * to 10 s.
   *
   * @param change may be called more than once, each time on the file as it is then
   * @throws DeviceKeystoreException if the file cannot be used or written
   * @throws IllegalArgumentException if the password is empty or not printable ASCII
   */
  public static void apply(Path file, Secret password, Consumer<DeviceKeystoreFile> change) {
    long start = System.nanoTime();
    while (true) {
      try (DeviceKeystoreFile edit = DeviceKeystoreFile.edit(file, password)) {
        change.accept(edit);
        edit.save();
        return;
      } catch (DeviceKeystoreException e) {
        boolean contended = e.reason() == Reason.BUSY || e.reason() == Reason.CHANGED;
        if (!contended || System.nanoTime() - start > PATIENCE_NANOS) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
