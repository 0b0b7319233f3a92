package io.mooring.scram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.auth.AuthenticationExchange;
import io.mooring.error.CredentialException;
import io.mooring.error.KeystoreException;
import io.mooring.error.ServerProofException;
import io.mooring.identity.Secret;
import io.mooring.identity.SecretMac;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScramCredentialTest {
  private static final byte[] SALT = Exchanges.unbase64("W22ZaJ0SNY7soEsUEjb6gQ==");
  private static final byte[] OTHER_SALT = Exchanges.unbase64("QSXCR+Q6sek8bf92");

  private final AtomicInteger pbkdf2Runs = new AtomicInteger();
  private final Pbkdf2 counted =
      (hash, str, salt, i) -> {
        pbkdf2Runs.incrementAndGet();
        return Pbkdf2.HI.hi(hash, str, salt, i);
      };

  @Test
  void storedKeys_logInWithoutPbkdf2() {
    for (String mechanism : List.of("SCRAM-SHA-256", "SCRAM-SHA-512")) {
      try (DerivedScramKeys keys = derive(mechanism, SALT, 4096)) {
        Scram scram = Scram.keys(keys).with(new SecureRandom(), counted);
        assertEquals(mechanism, scram.method());
        login(scram, server(mechanism, "pencil", SALT, 4096));
      }
    }
    assertEquals(0, pbkdf2Runs.get());
  }

  @Test
  void saltedPasswordHandle_logsInWithoutPbkdf2() {
    for (ScramHash hash : List.of(ScramHash.SHA_256, ScramHash.SHA_512)) {
      Scram scram =
          Scram.saltedPassword("user", SALT, 4096, token(hash)).with(new SecureRandom(), counted);
      assertEquals(hash.mechanism(), scram.method());
      login(scram, server(hash.mechanism(), "pencil", SALT, 4096));
    }
    assertEquals(0, pbkdf2Runs.get());
  }

  @Test
  void changedSalt_saysReprovision_andDerivesNothing() {
    for (Scram scram : stored()) {
      CredentialException error =
          assertThrows(
              CredentialException.class,
              () -> login(scram, server("SCRAM-SHA-256", "pencil", OTHER_SALT, 4096)));
      assertEquals(
          "The stored SCRAM keys do not fit the broker's salt. Stored for: salt 5b6d99689d12358e..."
              + " (16 bytes), 4,096 iterations; the broker asks for: salt 4125c247e43ab1e9..."
              + " (12 bytes), 4,096 iterations. If the user was set up anew on the broker,"
              + " re-provision the device with the current password; otherwise check the endpoint.",
          error.getMessage());
      assertFalse(error.retryable());
    }
    assertEquals(0, pbkdf2Runs.get());
  }

  @Test
  void changedIterationCount_saysReprovision_andDerivesNothing() {
    for (Scram scram : stored()) {
      CredentialException error =
          assertThrows(
              CredentialException.class,
              () -> login(scram, server("SCRAM-SHA-256", "pencil", SALT, 8192)));
      assertTrue(
          error.getMessage() != null && error.getMessage().contains("broker's iteration count"));
    }
    assertEquals(0, pbkdf2Runs.get());
  }

  @Test
  void countOutOfBounds_isRefusedForStoredKeysToo_unlessItIsTheirOwn() {
    for (Scram scram : stored()) {
      assertThrows(
          ServerProofException.class,
          () -> login(scram, server("SCRAM-SHA-256", "pencil", SALT, 1)));
    }
    try (DerivedScramKeys keys = derive("SCRAM-SHA-256", SALT, 200_000)) {
      login(Scram.sha256(keys), server("SCRAM-SHA-256", "pencil", SALT, 200_000));
    }
  }

  @Test
  void password_isStretchedOnce_forTheSameSaltAndCount() {
    Scram scram = password();
    login(scram, server("SCRAM-SHA-256", "pencil", SALT, 4096));
    login(scram, server("SCRAM-SHA-256", "pencil", SALT, 4096));
    assertEquals(1, pbkdf2Runs.get());
    login(scram, server("SCRAM-SHA-256", "pencil", SALT, 4097));
    login(scram, server("SCRAM-SHA-256", "pencil", OTHER_SALT, 4097));
    assertEquals(3, pbkdf2Runs.get());
  }

  @Test
  void impostor_cannotReplaceTheRememberedKeys() {
    Scram scram = password();
    login(scram, server("SCRAM-SHA-256", "pencil", SALT, 4096));
    assertThrows(
        ServerProofException.class,
        () -> login(scram, server("SCRAM-SHA-256", "guess", OTHER_SALT, 4096)));
    login(scram, server("SCRAM-SHA-256", "pencil", SALT, 4096));
    assertEquals(2, pbkdf2Runs.get());
  }

  @Test
  void destroyedPassword_logsInNoMore_notEvenFromMemory() {
    ScramCredential credential = ScramCredential.password("user", Exchanges.secret("pencil"));
    Scram scram = Scram.sha256(credential);
    login(scram, server("SCRAM-SHA-256", "pencil", SALT, 4096));
    AuthenticationExchange begun = scram.begin(Exchanges.context(null));
    credential.destroy();
    assertTrue(credential.isDestroyed());
    assertThrows(CredentialException.class, () -> scram.begin(Exchanges.context(null)));
    byte[] serverFirst =
        server("SCRAM-SHA-256", "pencil", SALT, 4096)
            .serverFirst(Objects.requireNonNull(begun.initialData()));
    assertThrows(CredentialException.class, () -> begun.respond(serverFirst));
  }

  @Test
  void password_isCopied_soThatTheCallerMayDestroyItsOwn() {
    try (Secret secret = Exchanges.secret("pencil")) {
      ScramCredential credential = ScramCredential.password("user", secret);
      secret.destroy();
      login(Scram.sha256(credential), server("SCRAM-SHA-256", "pencil", SALT, 4096));
    }
  }

  @Test
  void provisioning_handsOutTheKeys_onlyOnceTheBrokerIsProven() {
    List<DerivedScramKeys> handed = new ArrayList<>();
    List<byte[]> clientKeys = new ArrayList<>();
    Scram scram =
        password()
            .provisioning(
                keys -> {
                  handed.add(keys);
                  clientKeys.add(keys.clientKey());
                });
    assertThrows(
        ServerProofException.class,
        () -> login(scram, server("SCRAM-SHA-256", "guess", SALT, 4096)));
    assertEquals(0, handed.size());

    login(scram, server("SCRAM-SHA-256", "pencil", SALT, 5000));
    DerivedScramKeys keys = handed.get(0);
    assertEquals("SCRAM-SHA-256", keys.mechanism());
    assertEquals("user", keys.userName());
    assertEquals(5000, keys.iterations());
    assertArrayEquals(SALT, keys.salt());
    try (DerivedScramKeys expected = derive("SCRAM-SHA-256", SALT, 5000)) {
      assertArrayEquals(expected.clientKey(), clientKeys.get(0));
    }
    assertTrue(keys.isDestroyed());
    assertThrows(KeystoreException.class, keys::clientKey);
    assertThrows(KeystoreException.class, keys::serverKey);
  }

  @Test
  void provisioning_ofAStoredCredential_isMisuse() {
    for (Scram scram : stored()) {
      assertThrows(IllegalStateException.class, () -> scram.provisioning(keys -> {}));
    }
  }

  @Test
  void credentialOfAnotherMechanism_isRefusedAtOnce() {
    try (DerivedScramKeys keys = derive("SCRAM-SHA-256", SALT, 4096)) {
      assertThrows(IllegalArgumentException.class, () -> Scram.sha512(keys));
      ScramCredential handle =
          ScramCredential.saltedPassword("user", SALT, 4096, token(ScramHash.SHA_256));
      assertThrows(IllegalArgumentException.class, () -> Scram.sha512(handle));
    }
  }

  @Test
  void argumentsOutOfRange_areMisuse() {
    Secret secret = Exchanges.secret("pencil");
    for (String name : List.of("", "a\0b", "\ud800", "x".repeat(1025))) {
      assertThrows(IllegalArgumentException.class, () -> ScramCredential.password(name, secret));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> ScramCredential.password("user", Exchanges.secret("")));
    assertThrows(IllegalArgumentException.class, () -> derive("SCRAM-SHA-1", SALT, 4096));
    assertThrows(IllegalArgumentException.class, () -> derive("SCRAM-SHA-256", SALT, 4095));
    assertThrows(IllegalArgumentException.class, () -> derive("SCRAM-SHA-256", SALT, 10_000_001));
    assertThrows(IllegalArgumentException.class, () -> derive("SCRAM-SHA-256", new byte[0], 4096));
  }

  @Test
  void nothingSecret_isPrinted() {
    ScramCredential credential = ScramCredential.password("user", Exchanges.secret("pencil"));
    Scram scram = Scram.sha256(credential);
    try (DerivedScramKeys keys = derive("SCRAM-SHA-256", SALT, 4096)) {
      for (Object object : List.of(credential, scram, keys, scram.begin(Exchanges.context(null)))) {
        assertFalse(object.toString().contains("pencil"), object.toString());
        assertFalse(
            object.toString().contains(Exchanges.base64(keys.clientKey())), object.toString());
      }
    }
  }

  private List<Scram> stored() {
    DerivedScramKeys keys = derive("SCRAM-SHA-256", SALT, 4096);
    return List.of(
        Scram.sha256(keys).with(new SecureRandom(), counted),
        Scram.saltedPassword("user", SALT, 4096, token(ScramHash.SHA_256))
            .with(new SecureRandom(), counted));
  }

  private Scram password() {
    return Scram.sha256(ScramCredential.password("user", Exchanges.secret("pencil")))
        .with(new SecureRandom(), counted);
  }

  private static DerivedScramKeys derive(String mechanism, byte[] salt, int iterations) {
    return ScramKeyDerivation.derive(
        mechanism, "user", Exchanges.secret("pencil"), salt, iterations);
  }

  private static TestScramServer server(
      String mechanism, String password, byte[] salt, int iterations) {
    return new TestScramServer(mechanism, password, salt, iterations, "3rfcNHYJY1ZVvWVs7j");
  }

  private static SecretMac token(ScramHash hash) {
    byte[] saltedPassword = Pbkdf2.HI.hi(hash, Exchanges.utf8("pencil"), SALT, 4096);
    return new SecretMac() {
      @Override
      public String algorithm() {
        return hash.hmacName();
      }

      @Override
      public byte[] mac(byte[] data) {
        return hash.hmac(saltedPassword, data);
      }
    };
  }

  private static void login(Scram scram, TestScramServer server) {
    try (AuthenticationExchange exchange = scram.begin(Exchanges.context(null))) {
      byte[] serverFirst = server.serverFirst(Objects.requireNonNull(exchange.initialData()));
      byte[] clientFinal = Objects.requireNonNull(exchange.respond(serverFirst));
      exchange.finish(server.serverFinal(clientFinal, new byte[0]));
    }
  }
}
