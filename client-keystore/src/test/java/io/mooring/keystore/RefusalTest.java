package io.mooring.keystore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import io.mooring.testkit.TestIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Broken and dangerous keystore files, each with its reason and its message. */
class RefusalTest {
  @TempDir Path folder;

  private final Secret password = Samples.password();
  private final TestIdentity device = Samples.device("meter-0042");
  private Path file;
  private byte[] good;

  @BeforeEach
  void makeFile() throws Exception {
    file = folder.resolve("device.p12");
    try (var writer = DeviceKeystoreFile.create(file, password)) {
      writer
          .putIdentity(device.privateKey(), device.chain())
          .putScram(Samples.scram256())
          .pins(Samples.pins(device))
          .authorities(List.of(device.root()))
          .save();
    }
    good = Files.readAllBytes(file);
  }

  private DeviceKeystoreException refuse(Path path, Reason reason, String... texts) {
    var refused =
        assertThrows(DeviceKeystoreException.class, () -> Pkcs12Identity.open(path, password));
    assertEquals(reason, refused.reason(), refused.getMessage());
    assertTrue(refused.getMessage().contains(path.toString()), refused.getMessage());
    assertFalse(refused.getMessage().contains(Samples.PASSWORD));
    for (String text : texts) {
      assertTrue(refused.getMessage().contains(text), refused.getMessage());
    }
    return refused;
  }

  @Test
  void file_missing() {
    refuse(folder.resolve("none.p12"), Reason.MISSING, "does not exist");
  }

  @Test
  void file_isAFolder() {
    refuse(folder, Reason.NOT_A_FILE, "is a folder");
  }

  @Test
  void file_empty() throws Exception {
    Samples.write(file, new byte[0]);
    refuse(file, Reason.EMPTY, "is empty");
  }

  @Test
  void file_tooLarge() throws Exception {
    Samples.write(file, new byte[1024 * 1024 + 1]);
    refuse(file, Reason.TOO_LARGE, "larger than 1048576 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rw-rw-rw-"})
  void file_openToOthers(String mode) throws Exception {
    assumeTrue(
        Files.getFileStore(folder).supportsFileAttributeView("posix"), "needs a POSIX file system");
    Samples.mode(file, mode);
    refuse(file, Reason.TOO_OPEN, mode, "chmod 600 " + file);
  }

  @Test
  void file_cutOffAnywhere() throws Exception {
    for (int length : new int[] {1, 2, 3, 4, 30, good.length / 2, good.length - 1}) {
      Samples.write(file, Arrays.copyOf(good, length));
      refuse(file, Reason.TRUNCATED, "cut off");
    }
  }

  @Test
  void file_withBytesAppended() throws Exception {
    Samples.write(file, Arrays.copyOf(good, good.length + 1));
    refuse(file, Reason.DAMAGED, "bytes after its end");
  }

  /** The MAC covers the content and not the frame around it, some of which the JDK ignores. */
  @Test
  void file_withAnyBitFlipped_neverYieldsOtherContent() throws Exception {
    int refused = 0;
    for (int at = 0; at < good.length; at += 11) {
      byte[] altered = good.clone();
      altered[at] ^= (byte) (1 << at % 8);
      Samples.write(file, altered);
      try (var keystore = Pkcs12Identity.open(file, password)) {
        assertEquals(List.of(device.certificate()), keystore.identity().certificateChain());
        assertArrayEquals(Samples.scram256().clientKey(), keystore.scram().clientKey());
        assertArrayEquals(Samples.scram256().serverKey(), keystore.scram().serverKey());
        assertEquals(Samples.pins(device), keystore.pins());
        assertEquals(List.of(device.root()), keystore.authorities());
      } catch (DeviceKeystoreException e) {
        assertFalse(e.getMessage().contains(Samples.PASSWORD));
        refused++;
      }
    }
    assertTrue(refused > good.length / 11 * 9 / 10, "only " + refused + " were refused");
  }

  /** Hundreds of them: the garbage of one in 256 has the right padding. */
  @Test
  void password_wrong_alwaysSaysSo() {
    for (int i = 0; i < 300; i++) {
      Secret wrong = Samples.secret("not this one " + i);
      var refused =
          assertThrows(DeviceKeystoreException.class, () -> Pkcs12Identity.open(file, wrong));
      assertEquals(Reason.WRONG_PASSWORD, refused.reason(), refused.getMessage());
      assertTrue(refused.getMessage().contains("Wrong password, or the file was altered"));
      assertFalse(refused.getMessage().contains("not this one"));
    }
  }

  @Test
  void file_ofAnotherFormat() throws Exception {
    Samples.write(file, "hello".getBytes(StandardCharsets.UTF_8));
    refuse(file, Reason.WRONG_FORMAT, "first byte is 0x68");
    Samples.write(file, device.chainPem().getBytes(StandardCharsets.US_ASCII));
    refuse(file, Reason.WRONG_FORMAT, "PemIdentity");
    Samples.write(file, new byte[] {(byte) 0xFE, (byte) 0xED, (byte) 0xFE, (byte) 0xED, 0, 0});
    refuse(file, Reason.WRONG_FORMAT, "JKS");
    Samples.write(file, device.certificate().getEncoded());
    refuse(file, Reason.WRONG_FORMAT, "PKCS#12");
    Samples.write(file, new byte[] {0x30, (byte) 0x80, 2, 1, 3, 0, 0});
    refuse(file, Reason.WRONG_FORMAT, "openssl pkcs12 -export");
  }

  @Test
  void alias_notThere_listsThosePresent() {
    try (var keystore = Pkcs12Identity.open(file, password)) {
      var refused = assertThrows(DeviceKeystoreException.class, () -> keystore.identity("TLS"));
      assertEquals(Reason.NO_SUCH_ALIAS, refused.reason());
      assertTrue(
          refused
              .getMessage()
              .contains(
                  "\"authority-1\", \"identity\", \"mooring-settings\", \"scram-client-key\","
                      + " \"scram-server-key\""),
          refused.getMessage());
      assertEquals(1, keystore.identity("IDENTITY").certificateChain().size());
    }
  }

  @Test
  void keys_severalAndNoneNamed() throws Exception {
    Path two = folder.resolve("two.p12");
    for (String alias : List.of("a", "b")) {
      Openssl.keytool(
          folder,
          "-genkeypair",
          "-alias",
          alias,
          "-keyalg",
          "EC",
          "-dname",
          "CN=" + alias,
          "-keystore",
          "two.p12",
          "-storetype",
          "PKCS12",
          "-storepass",
          Samples.PASSWORD);
    }
    Samples.mode(two, "rw-------");
    try (var keystore = Pkcs12Identity.open(two, password)) {
      var refused = assertThrows(DeviceKeystoreException.class, keystore::identity);
      assertEquals(Reason.AMBIGUOUS, refused.reason());
      assertTrue(refused.getMessage().contains("[a, b]"), refused.getMessage());
      assertEquals(1, keystore.identity("b").certificateChain().size());
    }
  }

  @Test
  void folder_missingOnSave() {
    Path nowhere = folder.resolve("none").resolve("device.p12");
    try (var writer = DeviceKeystoreFile.create(nowhere, password)) {
      var refused = assertThrows(DeviceKeystoreException.class, writer::save);
      assertEquals(Reason.MISSING, refused.reason());
    }
  }
}
