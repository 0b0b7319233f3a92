package io.mooring.keystore;

import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

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
    applyIf(
        file,
        password,
        edit -> {
          change.accept(edit);
          return true;
        });
  }

  /**
   * The same for a change that may find nothing to do: then the file is not written, which spares
   * flash memory and everybody else who has it open.
   *
   * @param change says whether it changed anything; may be called more than once, as with {@link
   *     #apply}
   * @return what {@code change} said last
   * @throws DeviceKeystoreException if the file cannot be used or written
   * @throws IllegalArgumentException if the password is empty or not printable ASCII
   */
  public static boolean applyIf(Path file, Secret password, Predicate<DeviceKeystoreFile> change) {
    long start = System.nanoTime();
    while (true) {
      try (DeviceKeystoreFile edit = DeviceKeystoreFile.edit(file, password)) {
        boolean changed = change.test(edit);
        if (changed) {
          edit.save();
        }
        return changed;
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
