package io.mooring.keystore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.Secret;
import io.mooring.keystore.AtomicReplace.Step;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A save that is cut off leaves the old file or the new one, and the next save works. */
class SaveCrashTest {
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
