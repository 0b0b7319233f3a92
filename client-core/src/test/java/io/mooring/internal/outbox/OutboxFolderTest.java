package io.mooring.internal.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooring.Message;
import io.mooring.error.OutboxException;
import io.mooring.error.OutboxException.Reason;
import io.mooring.outbox.Outbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The folder on the real file system: modes, links, locks. */
class OutboxFolderTest {
  /** Another program that holds the lock, as a source file: it needs no class path. */
  private static final String HOLDER =
      """
            import java.nio.ByteBuffer;
            import java.nio.channels.FileChannel;
            import java.nio.file.*;

      public class Holder {
        public static void main(String[] arguments) throws Exception {
          Path lock = Path.of(arguments[0]);
          try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            boolean locked = channel.tryLock() != null;
            if (locked) {
              channel.truncate(0);
              channel.write(ByteBuffer.wrap(("" + ProcessHandle.current().pid()).getBytes()));
            }
            System.out.write(locked ? 'L' : 'N');
            System.out.flush();
            System.in.read();
          }
        }
      }
      """;

  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void needsPosix() {
    assumeTrue(
        parent.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "skipped: no POSIX permissions here");
    folder = parent.resolve("outbox");
  }

  private OutboxLog open() {
    return OutboxLog.open(Outbox.in(folder), "device", FileOps.REAL);
  }

  private static void addOne(OutboxLog log) {
    log.append(Message.of("a/b", "one"), 0);
    log.commit(true);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private OutboxException refused() {
    return assertThrows(OutboxException.class, this::open);
  }

  @Test
  void folderAndFiles_areOfTheOwnerAlone() throws IOException {
    OutboxLog log = open();
    addOne(log);
    assertEquals("rwx------", mode(folder));
    List<String> names = FileOps.REAL.list(folder);
    assertEquals(List.of("00000001.log", "lock"), names.stream().sorted().toList());
    for (String name : names) {
      assertEquals("rw-------", mode(folder.resolve(name)));
    }
    log.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxr-x---", "rwx---r-x", "rwx-w----", "rwx-----x"})
  void folderOpenToOthers_isRefused(String mode) throws IOException {
    Files.createDirectory(folder);
    Files.writeString(folder.resolve("somebody's"), "x");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
    OutboxException refused = refused();
    assertEquals(Reason.FOLDER, refused.reason());
    assertTrue(refused.getMessage().contains("chmod 700"), refused.getMessage());
    assertFalse(refused.retryable());
  }

  @Test
  void emptyFolderOpenToOthers_isClosedToThem() throws IOException {
    Files.createDirectory(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    open().close();
    assertEquals("rwx------", mode(folder));
  }

  @Test
  void folderThatIsALink_isRefused() throws IOException {
    Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
    Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(folder, elsewhere);
    OutboxException refused = refused();
    assertEquals(Reason.FOLDER, refused.reason());
    assertTrue(refused.getMessage().contains("symbolic link"), refused.getMessage());
    assertEquals(List.of(), FileOps.REAL.list(elsewhere));
  }

  @Test
  void lockThatIsALink_isRefused_andItsTargetUntouched() throws IOException {
    open().close();
    Path victim = Files.writeString(parent.resolve("victim"), "mine");
    Files.delete(folder.resolve("lock"));
    Files.createSymbolicLink(folder.resolve("lock"), victim);
    assertThrows(OutboxException.class, this::open);
    assertEquals("mine", Files.readString(victim));
  }

  @Test
  void segmentThatIsALink_isRefused() throws IOException {
    open().close();
    Files.move(folder.resolve("00000001.log"), parent.resolve("moved"));
    Files.createSymbolicLink(folder.resolve("00000001.log"), parent.resolve("moved"));
    assertEquals(Reason.FOLDER, refused().reason());
  }

  @Test
  void parentMissing_andFileInPlaceOfTheFolder_areSaid() throws IOException {
    folder = parent.resolve("no/such");
    assertTrue(refused().getMessage().contains("parent does not exist"));
    folder = Files.createFile(parent.resolve("file"));
    assertTrue(refused().getMessage().contains("is a file"));
  }

  @Test
  void secondOpenInThisProcess_isLocked_untilTheFirstCloses() {
    OutboxLog first = open();
    OutboxException refused = refused();
    assertEquals(Reason.LOCKED, refused.reason());
    assertTrue(refused.getMessage().contains("another client in this process"));
    assertTrue(refused.retryable());
    OutboxException looked = assertThrows(OutboxException.class, () -> Outbox.in(folder).inspect());
    assertEquals(Reason.LOCKED, looked.reason());
    first.close();
    open().close();
  }

  @Test
  void openInAnotherProcess_isLocked_byItsNumber() throws Exception {
    open().close();
    Process holder = holder();
    try {
      assertEquals('L', holder.getInputStream().read());
      OutboxException refused = refused();
      assertEquals(Reason.LOCKED, refused.reason());
      assertTrue(refused.getMessage().contains("process " + holder.pid()), refused.getMessage());
    } finally {
      holder.destroy();
      assertTrue(holder.waitFor(30, TimeUnit.SECONDS));
    }
    open().close();
  }

  private Process holder() throws IOException {
    Path program = Files.writeString(parent.resolve("Holder.java"), HOLDER);
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            program.toString(),
            folder.resolve("lock").toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void refusedOpenAndLookInThisProcess_leaveTheLockInPlace() throws Exception {
    OutboxLog log = open();
    refused();
    assertThrows(OutboxException.class, () -> Outbox.in(folder).inspect());
    Process other = holder();
    assertEquals('N', other.getInputStream().read());
    other.destroy();
    assertTrue(other.waitFor(30, TimeUnit.SECONDS));
    log.close();
  }

  @Test
  void inspecting_makesNothing() {
    OutboxException missing =
        assertThrows(OutboxException.class, () -> Outbox.in(folder).inspect());
    assertEquals(Reason.FOLDER, missing.reason());
    assertFalse(Files.exists(folder));
  }

  @Test
  void filesOfRoot_staysTheOwnersOfTheFolder() throws IOException {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "skipped: only root can give files away");
    OutboxLog made = open();
    made.close();
    var nobody =
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    Files.setOwner(folder, nobody);
    OutboxLog log = open();
    addOne(log);
    log.close();
    assertEquals(nobody, Files.getOwner(folder.resolve("00000002.log")));
    assertEquals(nobody, Files.getOwner(folder.resolve("lock")));
  }
}
