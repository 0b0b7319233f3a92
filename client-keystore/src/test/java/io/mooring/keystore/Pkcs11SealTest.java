package io.mooring.keystore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.testkit.SoftHsm;
import io.mooring.testkit.SwTpm;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets in files under a key in a token. */
class Pkcs11SealTest {
  private static final byte[] SECRET = "the password of a keystore".getBytes(UTF_8);

  @TempDir Path folder;

  @Test
  void keystorePasswordSealed_opensTheKeystoreWithTheTokenOnly() throws Exception {
    SoftHsm.shared().initToken("seal");
    Path sealed = folder.resolve("storepass.sealed");
    TestIdentity made = Samples.device("meter-0042");
    try (Pkcs11Token token = Tokens.softHsm("seal");
        Secret password = Samples.password();
        var writer = DeviceKeystoreFile.create(folder.resolve("device.p12"), password)) {
      writer.putIdentity(made.privateKey(), made.chain()).save();
      token.generateSealKey("seal").sealTo(sealed, "storepass", password);
    }
    assertFalse(
        Files.readString(sealed, java.nio.charset.StandardCharsets.ISO_8859_1)
            .contains(Samples.PASSWORD));
    try (Pkcs11Token token = Tokens.softHsm("seal");
        Secret password = token.seal("seal").openFrom(sealed, "storepass");
        Pkcs12Identity keystore = Pkcs12Identity.open(folder.resolve("device.p12"), password)) {
      assertEquals(made.chain(), keystore.identity().certificateChain());
    }
  }

  @Test
  void alteredOrForAnotherPurposeOrUnderAnotherKey_isRefused() {
    SoftHsm.shared().initToken("seal-refused");
    try (Pkcs11Token token = Tokens.softHsm("seal-refused")) {
      Pkcs11Seal seal = token.generateSealKey("one");
      byte[] sealed = seal.seal("storepass", SECRET);
      assertArrayEquals(SECRET, seal.open("storepass", sealed));
      for (int at = 0; at < sealed.length; at++) {
        byte[] altered = sealed.clone();
        altered[at] ^= 1;
        assertDamaged(() -> seal.open("storepass", altered));
      }
      assertDamaged(() -> seal.open("outbox", sealed));
      assertDamaged(() -> token.generateSealKey("two").open("storepass", sealed));
      assertDamaged(() -> seal.open("storepass", new byte[3]));
    }
  }

  @Test
  void keyThatIsThere_isNotOverwritten() {
    SoftHsm.shared().initToken("seal-exists");
    try (Pkcs11Token token = Tokens.softHsm("seal-exists")) {
      token.generateSealKey("one");
      assertEquals(
          Reason.EXISTS,
          assertThrows(Pkcs11Exception.class, () -> token.generateSealKey("one")).reason());
    }
  }

  @Test
  void tpm_sealsUnderAnImportedKey() {
    SwTpm.shared().addToken("seal");
    byte[] key = new byte[32];
    key[0] = 1;
    SwTpm.shared().importHmacKey("seal", "seal", key);
    try (Pkcs11Token token = Tokens.tpm("seal")) {
      Pkcs11Seal seal = token.seal("seal");
      assertArrayEquals(SECRET, seal.open("storepass", seal.seal("storepass", SECRET)));
    }
  }

  private static void assertDamaged(org.junit.jupiter.api.function.Executable call) {
    assertEquals(Reason.DAMAGED, assertThrows(Pkcs11Exception.class, call).reason());
  }
}
