package io.mooring.keystore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.Secret;
import io.mooring.keystore.AtomicReplace.Step;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A save that is cut off leaves the old file or the new one, and the next save works. */
class SaveCrashTest {
  /** The user and group of a service; nobody has to have a name for them. */
  private static final int SERVICE = 61_234;

  @TempDir Path folder;

  private final Secret password = Samples.password();
  private Path file;
  private byte[] old;

  @BeforeEach
  void makeFile() throws Exception {
    file = folder.resolve("device.p12");
    try (var writer = DeviceKeystoreFile.create(file, password)) {
      writer.putScram(Samples.scram256()).save();
    }
    old = Files.readAllBytes(file);
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void disk_failsAtAnyStep_fileIsWhole(Step failing) throws Exception {
    try (var writer =
        DeviceKeystoreFile.edit(
            file,
            password,
            step -> {
              if (step == failing) {
                throw new IOException("No space left on device");
              }
            })) {
      var refused =
          assertThrows(
              DeviceKeystoreException.class, () -> writer.putScram(Samples.scram512()).save());
      assertEquals(Reason.WRITE_FAILED, refused.reason());
    }
    requireOldOrNew(failing);
    assertFalse(Files.exists(folder.resolve(".device.p12.new")));
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void process_diesAtAnyStep_fileIsWholeAndTheNextSaveWorks(Step dying) throws Exception {
    try (var writer =
        DeviceKeystoreFile.edit(
            file,
            password,
            step -> {
              if (step == dying) {
                throw new Death();
              }
            })) {
      assertThrows(Death.class, () -> writer.putScram(Samples.scram512()).save());
    }
    requireOldOrNew(dying);
    try (var writer = DeviceKeystoreFile.edit(file, password)) {
      writer.removeScram().save();
    }
    try (var keystore = Pkcs12Identity.open(file, password);
        Stream<Path> left = Files.list(folder)) {
      assertFalse(keystore.hasScram());
      assertEquals(
          List.of(".device.p12.lock", "device.p12"),
          left.map(path -> path.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void process_killedWhileSaving_fileIsWhole() throws Exception {
    for (int round = 0; round < 3; round++) {
      Process child =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xshare:auto",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  classPath(),
                  SavesForEver.class.getName(),
                  file.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try {
        // One line for each save that is done: the kill lands somewhere in the one after.
        for (int saves = 0; saves <= round; saves++) {
          assertEquals('.', child.getInputStream().read(), "the child saves");
        }
      } finally {
        child.destroyForcibly().waitFor();
      }
      try (var keystore = Pkcs12Identity.open(file, password)) {
        assertTrue(keystore.hasScram());
      }
    }
  }

  /** Root renews what a service of its own user reads and saves. */
  @Test
  void saveByRoot_givesFileAndLockToTheOwnerOfTheFile() throws Exception {
    Path lock = folder.resolve(".device.p12.lock");
    Assumptions.assumeTrue(chown(file), "only root gives files away");
    Files.deleteIfExists(lock);

    saveAgain();

    for (Path path : List.of(file, lock)) {
      assertEquals(SERVICE, Files.getAttribute(path, "unix:uid"), path::toString);
      assertEquals(SERVICE, Files.getAttribute(path, "unix:gid"), path::toString);
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }
    saveAgain();
  }

  /** In a folder of the service, the name of the lock may be another one of a file of root. */
  @Test
  void saveByRoot_givesAwayNoFileThatSomebodyPutInThePlaceOfTheLock() throws Exception {
    Path lock = folder.resolve(".device.p12.lock");
    Path precious = Files.writeString(folder.resolve("precious"), "");
    Assumptions.assumeTrue(chown(file), "only root gives files away");

    Files.delete(lock);
    Files.createLink(lock, precious);
    saveAgain();
    Files.delete(lock);
    Files.createSymbolicLink(lock, precious);
    DeviceKeystoreException refused = assertThrows(DeviceKeystoreException.class, this::saveAgain);

    assertTrue(refused.getMessage().contains("symbolic link"), refused::getMessage);
    assertEquals(0, Files.getAttribute(precious, "unix:uid"));
  }

  @Test
  void lockOfAnotherUser_isSaidToBeTheCause_andHowToRepairIt() throws Exception {
    Path lock = folder.resolve(".device.p12.lock");
    AccessDeniedException denied = new AccessDeniedException(lock.toString());
    String owner = Files.getOwner(lock).getName();

    String told = AtomicReplace.deniedLock(lock, denied).getMessage();

    assertTrue(told.contains(lock + ": this lock file belongs to " + owner), told);
    assertTrue(told.contains("chown"), told);
    Files.delete(lock);
    assertSame(denied, AtomicReplace.deniedLock(lock, denied), "then it is the folder");
  }

  private void saveAgain() {
    try (var writer = DeviceKeystoreFile.edit(file, password)) {
      writer.putScram(Samples.scram512()).save();
    }
  }

  private static boolean chown(Path path) throws Exception {
    try {
      Files.setAttribute(path, "unix:gid", SERVICE);
      Files.setAttribute(path, "unix:uid", SERVICE);
      return true;
    } catch (FileSystemException e) {
      return false;
    }
  }

  /** A program that saves until it is killed. */
  static final class SavesForEver {
    private SavesForEver() {}

    /** Saves the file named by the only argument, and prints a dot each time. */
    public static void main(String[] arguments) {
      Path file = Path.of(arguments[0]);
      Secret password = Samples.password();
      for (boolean odd = true; ; odd = !odd) {
        try (var writer = DeviceKeystoreFile.edit(file, password)) {
          writer.putScram(odd ? Samples.scram256() : Samples.scram512()).save();
        }
        System.out.print('.');
        System.out.flush();
      }
    }
  }

  private static String classPath() throws Exception {
    StringBuilder path = new StringBuilder();
    for (Class<?> type :
        List.of(
            SaveCrashTest.class,
            DeviceKeystoreFile.class,
            Secret.class,
            io.mooring.testkit.TestCertificates.class)) {
      path.append(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()))
          .append(java.io.File.pathSeparatorChar);
    }
    return path + folderOf(SaveCrashTest.class).toString();
  }

  private static Path folderOf(Class<?> type) throws Exception {
    Path here = Path.of(type.getResource(type.getSimpleName() + ".class").toURI());
    for (int i = 0; i <= type.getPackageName().split("\\.", -1).length; i++) {
      here = here.getParent();
    }
    return here;
  }

  private void requireOldOrNew(Step step) throws Exception {
    boolean moved = step.compareTo(Step.MOVED) >= 0;
    if (!moved) {
      assertArrayEquals(old, Files.readAllBytes(file));
    }
    try (var keystore = Pkcs12Identity.open(file, password)) {
      assertEquals(moved ? "SCRAM-SHA-512" : "SCRAM-SHA-256", keystore.scram().mechanism());
    }
  }

  private static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }
}
