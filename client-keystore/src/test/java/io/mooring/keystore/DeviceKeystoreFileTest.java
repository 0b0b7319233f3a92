package io.mooring.keystore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.KeystoreException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceKeystoreFileTest {
  @TempDir Path folder;

  private final Secret password = Samples.password();
  private final TestIdentity device = Samples.device("meter-0042");

  private Path file() {
    return folder.resolve("device.p12");
  }

  private void create(ScramKeys scram) {
    try (var writer = DeviceKeystoreFile.create(file(), password)) {
      writer
          .putIdentity(device.privateKey(), device.chain())
          .putScram(scram)
          .pins(Samples.pins(device, Samples.device("backup")))
          .authorities(List.of(device.root()))
          .save();
    }
  }

  @Test
  void keystore_everythingPutIn_comesBack() {
    for (ScramKeys scram : List.of(Samples.scram256(), Samples.scram512())) {
      TestIdentity backup = Samples.device("backup");
      Path file = folder.resolve(scram.mechanism());
      try (var writer = DeviceKeystoreFile.create(file, password)) {
        writer
            .putIdentity(device.privateKey(), device.chain())
            .putScram(scram)
            .pins(Samples.pins(device, backup, device))
            .authorities(List.of(device.root(), backup.root()))
            .save();
      }
      try (var keystore = Pkcs12Identity.open(file, password)) {
        assertEquals(device.certificate(), keystore.identity().certificateChain().get(0));
        assertEquals(Samples.pins(device, backup), keystore.pins());
        assertEquals(List.of(device.root(), backup.root()), keystore.authorities());
        ScramKeys read = keystore.scram();
        assertEquals(scram.mechanism(), read.mechanism());
        assertEquals(scram.userName(), read.userName());
        assertEquals(scram.iterations(), read.iterations());
        assertArrayEquals(scram.salt(), read.salt());
        assertArrayEquals(scram.clientKey(), read.clientKey());
        assertArrayEquals(scram.serverKey(), read.serverKey());
        assertEquals(List.of(), keystore.warnings());
      }
    }
  }

  @Test
  void save_makesAFileThatOnlyItsOwnerMayRead() throws Exception {
    create(Samples.scram256());
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      assertEquals(
          java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"),
          Files.getPosixFilePermissions(file()));
    }
  }

  @Test
  void create_fileExists_isNotOverwritten() throws Exception {
    create(Samples.scram256());
    byte[] before = Files.readAllBytes(file());
    var refused =
        assertThrows(
            DeviceKeystoreException.class, () -> DeviceKeystoreFile.create(file(), password));
    assertEquals(Reason.EXISTS, refused.reason());
    assertArrayEquals(before, Files.readAllBytes(file()));
  }

  @Test
  void create_fileAppearsBeforeSave_isNotOverwritten() throws Exception {
    try (var writer = DeviceKeystoreFile.create(file(), password)) {
      Files.writeString(file(), "somebody else's");
      var refused = assertThrows(DeviceKeystoreException.class, writer::save);
      assertEquals(Reason.EXISTS, refused.reason());
    }
    assertEquals("somebody else's", Files.readString(file()));
  }

  @Test
  void edit_changesWhatIsNamedAndKeepsTheRest() {
    create(Samples.scram256());
    TestIdentity renewed = Samples.device("meter-0042");
    try (var writer = DeviceKeystoreFile.edit(file(), password)) {
      writer.putIdentity(renewed.privateKey(), renewed.chain()).save();
      writer.removeScram().save();
    }
    try (var keystore = Pkcs12Identity.open(file(), password)) {
      assertEquals(renewed.certificate(), keystore.identity().certificateChain().get(0));
      assertEquals(2, keystore.pins().size());
      assertEquals(List.of(device.root()), keystore.authorities());
      assertFalse(keystore.hasScram());
      var refused = assertThrows(DeviceKeystoreException.class, keystore::scram);
      assertEquals(Reason.NO_SCRAM, refused.reason());
    }
    try (var writer = DeviceKeystoreFile.edit(file(), password)) {
      writer.removeIdentity().pins(List.of()).authorities(List.of()).save();
    }
    try (var keystore = Pkcs12Identity.open(file(), password)) {
      assertEquals(List.of(), keystore.aliases());
      var refused = assertThrows(DeviceKeystoreException.class, keystore::identity);
      assertEquals(Reason.NO_KEY, refused.reason());
    }
  }

  @Test
  void edit_twoAtOnce_theSecondToSaveIsRefused() {
    create(Samples.scram256());
    try (var first = DeviceKeystoreFile.edit(file(), password);
        var second = DeviceKeystoreFile.edit(file(), password)) {
      first.removeScram().save();
      second.pins(List.of());
      var refused = assertThrows(DeviceKeystoreException.class, second::save);
      assertEquals(Reason.CHANGED, refused.reason());
      assertFalse(refused.retryable());
    }
    try (var keystore = Pkcs12Identity.open(file(), password)) {
      assertEquals(2, keystore.pins().size());
    }
  }

  @Test
  void save_whileAnotherSaves_isBusyAndMayBeRetried() {
    create(Samples.scram256());
    try (var inner = DeviceKeystoreFile.edit(file(), password);
        var outer =
            DeviceKeystoreFile.edit(
                file(),
                password,
                step -> {
                  if (step == AtomicReplace.Step.LOCKED) {
                    var refused = assertThrows(DeviceKeystoreException.class, inner::save);
                    assertEquals(Reason.BUSY, refused.reason());
                    assertTrue(refused.retryable());
                  }
                })) {
      outer.removeScram().save();
    }
  }

  @Test
  void save_throughASymbolicLink_keepsTheLink() throws Exception {
    create(Samples.scram256());
    Path link = Files.createSymbolicLink(folder.resolve("link.p12"), file());
    try (var writer = DeviceKeystoreFile.edit(link, password)) {
      writer.removeScram().save();
    }
    assertTrue(Files.isSymbolicLink(link));
    try (var keystore = Pkcs12Identity.open(file(), password)) {
      assertFalse(keystore.hasScram());
    }
  }

  @Test
  void putIdentity_keyOfAnotherCertificate_isRefused() {
    try (var writer = DeviceKeystoreFile.create(file(), password)) {
      var refused =
          assertThrows(
              DeviceKeystoreException.class,
              () -> writer.putIdentity(Samples.device("other").privateKey(), device.chain()));
      assertEquals(Reason.KEY_MISMATCH, refused.reason());
    }
  }

  @Test
  void putScram_keysThatDoNotFitTheMechanism_areMisuse() {
    try (var writer = DeviceKeystoreFile.create(file(), password)) {
      for (ScramKeys wrong :
          List.of(
              Samples.scram("SCRAM-SHA-256", "u", 64, (byte) 1),
              Samples.scram("SCRAM-SHA-1", "u", 20, (byte) 1),
              Samples.scram("SCRAM-SHA-256", "", 32, (byte) 1))) {
        assertThrows(IllegalArgumentException.class, () -> writer.putScram(wrong));
      }
    }
  }

  @Test
  void reload_afterRenewal_handlesSignWithTheNewKey() {
    create(Samples.scram256());
    TestIdentity renewed = Samples.device("meter-0042");
    try (var keystore = Pkcs12Identity.open(file(), password)) {
      DeviceIdentity identity = keystore.identity();
      ScramKeys scram = keystore.scram();
      assertFalse(keystore.reload(password));
      try (var writer = DeviceKeystoreFile.edit(file(), password)) {
        writer
            .putIdentity(renewed.privateKey(), renewed.chain())
            .putScram(Samples.scram512())
            .save();
      }
      assertEquals(device.certificate(), identity.certificateChain().get(0));
      assertTrue(keystore.reload(password));
      assertEquals(renewed.certificate(), identity.certificateChain().get(0));
      assertEquals("SCRAM-SHA-512", scram.mechanism());
      assertArrayEquals(Samples.scram512().clientKey(), scram.clientKey());
    }
  }

  @Test
  void reload_ofADamagedFile_keepsTheOldKeysInUse() throws Exception {
    create(Samples.scram256());
    try (var keystore = Pkcs12Identity.open(file(), password)) {
      Files.write(file(), new byte[] {0x30});
      assertThrows(KeystoreException.class, () -> keystore.reload(password));
      assertEquals(device.certificate(), keystore.identity().certificateChain().get(0));
      assertEquals(32, keystore.scram().clientKey().length);
    }
  }

  @Test
  void close_takesTheKeysAndRefusesTheRest() {
    create(Samples.scram256());
    var keystore = Pkcs12Identity.open(file(), password);
    ScramKeys scram = keystore.scram();
    keystore.close();
    keystore.close();
    assertTrue(keystore.isDestroyed());
    assertThrows(KeystoreException.class, scram::clientKey);
    assertThrows(KeystoreException.class, scram::serverKey);
    assertThrows(IllegalStateException.class, keystore::identity);
    assertThrows(IllegalStateException.class, () -> keystore.reload(password));
    var writer = DeviceKeystoreFile.edit(file(), password);
    writer.close();
    assertThrows(IllegalStateException.class, writer::save);
  }

  @Test
  void toString_andAccessors_giveNoSecretAway() {
    create(Samples.scram256());
    try (var keystore = Pkcs12Identity.open(file(), password);
        var writer = DeviceKeystoreFile.edit(file(), password)) {
      String shown = "" + keystore + keystore.scram() + keystore.identity() + writer;
      assertFalse(shown.contains(Samples.PASSWORD));
      assertFalse(shown.contains("1111"));
      byte[] copy = keystore.scram().clientKey();
      copy[0] ^= 1;
      assertEquals(0x11, keystore.scram().clientKey()[0]);
    }
  }

  @Test
  void expiredCertificate_isAWarningAndNoRefusal() {
    TestIdentity expired =
        TestCertificates.ca("Mooring Test Root").create().issues("old").expired().create();
    try (var writer = DeviceKeystoreFile.create(file(), password)) {
      writer.putIdentity(expired.privateKey(), expired.chain()).save();
    }
    try (var keystore = Pkcs12Identity.open(file(), password)) {
      assertEquals(1, keystore.warnings().size());
      assertTrue(keystore.warnings().get(0).contains("expired at"), keystore.warnings()::toString);
    }
    Clock unset = Clock.fixed(java.time.Instant.EPOCH, java.time.ZoneOffset.UTC);
    try (var keystore = Pkcs12Identity.open(file(), password, unset)) {
      assertTrue(keystore.warnings().get(0).contains("1970-01-01"), keystore.warnings()::toString);
    }
  }

  @Test
  void password_nullEmptyOrNotAscii_isMisuse() {
    create(Samples.scram256());
    assertThrows(NullPointerException.class, () -> Pkcs12Identity.open(file(), nothing()));
    assertThrows(
        NullPointerException.class,
        () -> DeviceKeystoreFile.create(folder.resolve("new"), nothing()));
    for (String wrong : List.of("", "gr\u00fc\u00dfe")) {
      assertThrows(
          IllegalArgumentException.class, () -> Pkcs12Identity.open(file(), Samples.secret(wrong)));
      assertThrows(
          IllegalArgumentException.class,
          () -> DeviceKeystoreFile.create(folder.resolve("new"), Samples.secret(wrong)));
    }
  }

  @SuppressWarnings("NullAway")
  private static Secret nothing() {
    return null;
  }
}
