package io.mooring.keystore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SCRAM keys that wait beside those in use. */
class PendingScramTest {
  @TempDir private Path folder;

  private final Secret password = Samples.password();
  private final ScramKeys first = Samples.scram256();
  private final ScramKeys second = Samples.scram("SCRAM-SHA-256", "meter-0042", 32, (byte) 0x33);
  private Path file;

  @BeforeEach
  void makeKeystore() {
    file = folder.resolve("device.p12");
    try (DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, password)) {
      keystore.putScram(first).save();
    }
  }

  @Test
  void put_keepsThoseInUse_promote_replacesThem() {
    KeystoreUpdate.apply(file, password, edit -> edit.pendingScram().put(second));
    try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
      assertArrayEquals(first.clientKey(), keystore.scram().clientKey());
      assertTrue(keystore.hasPendingScram());
      assertArrayEquals(second.serverKey(), keystore.pendingScram().serverKey());
    }
    KeystoreUpdate.apply(file, password, edit -> edit.pendingScram().promote());
    try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
      assertArrayEquals(second.clientKey(), keystore.scram().clientKey());
      assertFalse(keystore.hasPendingScram());
      assertEquals(3, keystore.aliases().size(), keystore.aliases()::toString);
    }
  }

  @Test
  void remove_dropsThePendingOnly_promoteThen_isRefused() {
    KeystoreUpdate.apply(file, password, edit -> edit.pendingScram().put(second).remove());
    try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
      assertArrayEquals(first.clientKey(), keystore.scram().clientKey());
      assertFalse(keystore.hasPendingScram());
    }
    assertEquals(
        DeviceKeystoreException.Reason.NO_SCRAM,
        assertThrows(
                DeviceKeystoreException.class,
                () -> KeystoreUpdate.apply(file, password, edit -> edit.pendingScram().promote()))
            .reason());
  }

  @Test
  void update_thatSomebodyElseOvertakes_isMadeOnTopOfTheirs() {
    boolean[] overtaken = new boolean[1];
    KeystoreUpdate.apply(
        file,
        password,
        edit -> {
          if (!overtaken[0]) {
            overtaken[0] = true;
            KeystoreUpdate.apply(file, password, DeviceKeystoreFile::makeOutboxKey);
          }
          edit.pendingScram().put(second);
        });
    try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
      assertTrue(keystore.hasOutboxKey());
      assertTrue(keystore.hasPendingScram());
    }
  }
}
