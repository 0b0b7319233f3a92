package io.mooring.keystore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import io.mooring.testkit.TestIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BcfksIdentityTest {
  @TempDir Path folder;

  @Test
  void convert_keepsAllThatTheDeviceNeeds_andRegistersNoProvider() {
    TestIdentity made = Samples.device("meter-0042");
    try (Secret password = Samples.password();
        var writer = DeviceKeystoreFile.create(folder.resolve("device.p12"), password)) {
      writer
          .putIdentity(made.privateKey(), made.chain())
          .putScram(Samples.scram512())
          .pins(Samples.pins(made))
          .authorities(List.of(made.root()))
          .save();
    }
    try (BcfksIdentity keystore = convertAndOpen(folder.resolve("device.p12"))) {
      assertEquals(made.chain(), keystore.identity().certificateChain());
      assertEquals(Samples.scram512().userName(), keystore.scram().userName());
      assertEquals(Samples.pins(made), keystore.pins());
      assertEquals(List.of(made.root()), keystore.authorities());
      assertEquals(List.of(), keystore.warnings());
    }
    assertNull(Security.getProvider("BC"));
  }

  @Test
  void storeKey_isDerivedByScrypt() throws Exception {
    Samples.bcfks(folder, Samples.device("meter-0042")).close();
    String bytes =
        new String(Files.readAllBytes(folder.resolve("device.bcfks")), StandardCharsets.ISO_8859_1);
    // OID 1.3.6.1.4.1.11591.4.11, id-scrypt of RFC 7914.
    assertTrue(bytes.contains("\u002b\u0006\u0001\u0004\u0001\u00da\u0047\u0004\u000b"));
  }

  @Test
  void wrongPassphrase_otherFormat_andAFileThatIsThere_areTyped() throws Exception {
    Samples.bcfks(folder, Samples.device("meter-0042")).close();
    Path file = folder.resolve("device.bcfks");
    try (Secret wrong = Samples.secret("correct horse battery stapler");
        Secret password = Samples.password();
        Secret right = Samples.secret(Samples.PASSPHRASE)) {
      assertReason(Reason.WRONG_PASSWORD, () -> BcfksIdentity.open(file, wrong));
      assertReason(
          Reason.WRONG_FORMAT, () -> BcfksIdentity.open(folder.resolve("device.p12"), right));
      assertReason(
          Reason.EXISTS,
          () -> BcfksIdentity.convert(folder.resolve("device.p12"), password, file, right));
      byte[] altered = Files.readAllBytes(file);
      altered[altered.length / 2] ^= 1;
      Files.write(file, altered);
      assertReason(Reason.WRONG_PASSWORD, () -> BcfksIdentity.open(file, right));
      try (Secret shortOne = Samples.secret("short")) {
        assertThrows(
            IllegalArgumentException.class,
            () ->
                BcfksIdentity.convert(
                    folder.resolve("device.p12"), password, folder.resolve("b"), shortOne));
      }
    }
    assertFalse(Files.exists(folder.resolve("b")));
  }

  private BcfksIdentity convertAndOpen(Path pkcs12) {
    try (Secret password = Samples.password();
        Secret passphrase = Samples.secret(Samples.PASSPHRASE)) {
      Path file = folder.resolve("device.bcfks");
      BcfksIdentity.convert(pkcs12, password, file, passphrase);
      return BcfksIdentity.open(file, passphrase);
    }
  }

  private static void assertReason(
      Reason expected, org.junit.jupiter.api.function.Executable call) {
    assertEquals(expected, assertThrows(DeviceKeystoreException.class, call).reason());
  }
}
