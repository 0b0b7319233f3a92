package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.ErrorCode;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.testkit.TinyDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, or read-only, for real: what the command says, and what is left whole. */
@Timeout(60)
class DiskTest {
  private static final TestIdentity BROKER = TestCertificates.localhost();

  @TempDir Path folder;
  private Path ca;
  private TinyDisk disk;

  @BeforeEach
  void mount() throws Exception {
    ca = BROKER.writeRoot(folder.resolve("ca.pem"));
    disk = TinyDisk.at(Files.createDirectory(folder.resolve("disk")), 256);
  }

  @AfterEach
  void unmount() {
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  void keystore_diskFull_isSaidAndTheOldOneStaysWhole() throws Exception {
    keystore(ExitCode.DONE, "init", "--make-storepass");
    byte[] before = Files.readAllBytes(file());
    disk.fill();
    Cli refused = keystore(ExitCode.CREDENTIAL, "put-outbox-key");
    assertTrue(refused.err().contains(ErrorCode.KEY_FILE_NOT_WRITTEN.id()), refused::err);
    assertTrue(refused.err().contains("No space left on device"), refused::err);
    assertTrue(refused.err().contains("Check space"), refused::err);
    assertArrayEquals(before, Files.readAllBytes(file()));
    keystore(ExitCode.DONE, "show");
    disk.makeRoom();
    keystore(ExitCode.DONE, "put-outbox-key");
  }

  @Test
  void keystore_diskReadOnly_isSaidAndItCanStillBeRead() throws Exception {
    keystore(ExitCode.DONE, "init", "--make-storepass");
    disk.readOnly();
    Cli refused = keystore(ExitCode.CREDENTIAL, "put-outbox-key");
    assertTrue(refused.err().contains("Read-only file system"), refused::err);
    assertTrue(refused.err().contains(ErrorCode.KEY_FILE_NOT_WRITTEN.id()), refused::err);
    keystore(ExitCode.DONE, "show");
  }

  @Test
  void outbox_diskFull_isSaidByCode() throws Exception {
    try (ScriptedBroker broker = broker()) {
      pub(ExitCode.DONE, broker, "--message=first");
      disk.fill();
      Cli refused = pubRefusedByTheDisk("--message=" + "x".repeat(64 * 1024));
      assertTrue(refused.err().contains(ErrorCode.DISK_FULL.id()), refused::err);
      assertTrue(refused.err().contains("Free space"), refused::err);
      disk.makeRoom();
      pub(ExitCode.DONE, broker, "--message=second");
    }
  }

  @Test
  void outbox_diskReadOnly_isSaidByCode() throws Exception {
    try (ScriptedBroker broker = broker()) {
      pub(ExitCode.DONE, broker, "--message=first");
      disk.readOnly();
      Cli refused = pubRefusedByTheDisk("--message=second");
      assertTrue(refused.err().contains(ErrorCode.DISK_READ_ONLY.id()), refused::err);
      assertTrue(refused.err().contains("read-only"), refused::err);
      assertEquals("", refused.out());
    }
  }

  @Test
  void doctor_outboxOnAFullDisk_warns() throws Exception {
    try (ScriptedBroker broker =
        ScriptedBroker.builder()
            .identity(BROKER)
            .onConnection(Script.accepting()) // pub
            .onConnection(
                Script.record()) // the doctor looks at TCP, and at TLS, before it connects
            .onConnection(Script.record())
            .onEveryConnection(Script.accepting())
            .start()) {
      pub(ExitCode.DONE, broker, "--message=first");
      disk.fill();
      Cli run =
          Cli.run(
              ExitCode.DONE,
              "doctor",
              "--broker=" + broker.uri(),
              "--ca=" + ca,
              "--client-id=meter-0042",
              "--outbox=" + disk.folder().resolve("outbox"),
              "--no-posture");
      assertTrue(run.out().contains(ErrorCode.OUTBOX_NEARLY_FULL.id()), run::out);
    }
  }

  private Path file() {
    return disk.folder().resolve("device.p12");
  }

  private Cli keystore(ExitCode expected, String command, String... more) {
    String[] all = new String[4 + more.length];
    all[0] = "keystore";
    all[1] = command;
    all[2] = "--keystore=" + file();
    all[3] = "--storepass-file=" + folder.resolve("storepass");
    System.arraycopy(more, 0, all, 4, more.length);
    return Cli.run(expected, all);
  }

  private Cli pub(ExitCode expected, ScriptedBroker broker, String message) throws Exception {
    return Cli.run(
        expected,
        "pub",
        "--broker=" + broker.uri(),
        "--ca=" + ca,
        "--client-id=meter-0042",
        "--topic=t/1",
        "--outbox=" + disk.folder().resolve("outbox"),
        message);
  }

  /** The disk may refuse before or after CONNECT, so this broker takes either. */
  private Cli pubRefusedByTheDisk(String message) throws Exception {
    try (ScriptedBroker broker =
        ScriptedBroker.builder().identity(BROKER).onEveryConnection(Script.record()).start()) {
      return pub(ExitCode.OUTBOX, broker, message);
    }
  }

  private static ScriptedBroker broker() throws Exception {
    return ScriptedBroker.builder().identity(BROKER).onEveryConnection(Script.accepting()).start();
  }
}
