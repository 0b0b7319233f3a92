package io.mooring.scram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.auth.AuthenticationContext;
import io.mooring.auth.AuthenticationExchange;
import io.mooring.error.CredentialException;
import io.mooring.error.ServerProofException;
import io.mooring.tls.ChannelBinding;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ScramOptionsTest {
  private static final byte[] SALT = Exchanges.unbase64("W22ZaJ0SNY7soEsUEjb6gQ==");

  private final Scram scram =
      Scram.sha256(ScramCredential.password("I\u00adX", Exchanges.secret("pencil")));

  @Test
  void defaults_areTheSafeOnes() {
    assertEquals("SCRAM-SHA-256", scram.method());
    assertTrue(scram.mutual());
    assertEquals("IX", scram.userName());
    assertNull(scram.channelBinding());
    assertNull(scram.reauthenticateEvery());
    assertEquals(new IterationBounds(4096, 100_000), IterationBounds.DEFAULT);
  }

  @Test
  void everyOption_changesACopy() {
    Scram changed =
        scram
            .plus(ChannelBinding.TLS_EXPORTER)
            .userName("acl-name")
            .reauthenticateEvery(Duration.ofHours(12));
    assertEquals("SCRAM-SHA-256-PLUS", changed.method());
    assertEquals(ChannelBinding.TLS_EXPORTER, changed.channelBinding());
    assertEquals("acl-name", changed.userName());
    assertEquals(Duration.ofHours(12), changed.reauthenticateEvery());
    assertNull(changed.withoutUserName().userName());
    assertEquals("I\u00adX", scram.withoutSaslPrep().userName());
    defaults_areTheSafeOnes();
  }

  @Test
  void channelBinding_isInTheGs2Header_andNeverDropped() {
    Scram plus = scram.plus(ChannelBinding.TLS_SERVER_END_POINT);
    AuthenticationExchange exchange = plus.begin(Exchanges.context(new byte[] {1, 2, 3}));
    String clientFirst = Exchanges.text(Objects.requireNonNull(exchange.initialData()));
    assertTrue(clientFirst.startsWith("p=tls-server-end-point,,n=IX,r="), clientFirst);

    for (AuthenticationContext without :
        List.of(Exchanges.context(null), Exchanges.context(new byte[0]))) {
      CredentialException error =
          assertThrows(CredentialException.class, () -> plus.begin(without));
      assertTrue(error.getMessage() != null && error.getMessage().contains("tls-server-end-point"));
    }
  }

  @Test
  void userNameThatSaslPrepRefuses_failsBeforeAnythingIsSent() {
    Scram control =
        Scram.sha256(ScramCredential.password("bell\u0007", Exchanges.secret("pencil")));
    assertThrows(CredentialException.class, () -> control.begin(Exchanges.context(null)));
    control.withoutSaslPrep().begin(Exchanges.context(null)).close();
  }

  @Test
  void withoutSaslPrep_hashesThePasswordAsItIs() {
    String raw = "I\u00adX\ud83d\udd11";
    Scram unprepared =
        Scram.sha256(ScramCredential.password("user", Exchanges.secret(raw))).withoutSaslPrep();
    byte[] clientKey;
    try (DerivedScramKeys keys =
        ScramKeyDerivation.deriveWithoutSaslPrep(
            "SCRAM-SHA-256", "user", Exchanges.secret(raw), SALT, 4096)) {
      clientKey = keys.clientKey();
    }
    byte[] salted = Pbkdf2.HI.hi(ScramHash.SHA_256, Exchanges.utf8(raw), SALT, 4096);
    byte[] expected = ScramHash.SHA_256.hmac(salted, Exchanges.utf8("Client Key"));
    assertEquals(-1, Arrays.mismatch(expected, clientKey));
    assertEquals("user", unprepared.userName());
  }

  @Test
  void iterationBounds_areOptions_andALowerFloorIsDangerous() {
    assertThrows(IllegalArgumentException.class, () -> scram.iterations(4095, 100_000));
    assertThrows(IllegalArgumentException.class, () -> scram.iterations(5000, 4999));
    assertThrows(IllegalArgumentException.class, () -> scram.iterations(4096, 10_000_001));
    assertThrows(IllegalArgumentException.class, () -> scram.dangerous().minIterations(0));
    assertThrows(IllegalArgumentException.class, () -> scram.dangerous().minIterations(4096));

    assertThrows(ServerProofException.class, () -> login(scram, 1));
    login(scram.dangerous().minIterations(1), 1);
    assertThrows(ServerProofException.class, () -> login(scram, 100_001));
    login(scram.iterations(4096, 100_001), 100_001);
    assertThrows(ServerProofException.class, () -> login(scram.iterations(9000, 9999), 8999));
  }

  @Test
  void reauthenticationInterval_hasARange() {
    for (Duration interval :
        List.of(
            Duration.ZERO, Duration.ofSeconds(-1), Duration.ofMillis(999), Duration.ofDays(366))) {
      assertThrows(IllegalArgumentException.class, () -> scram.reauthenticateEvery(interval));
    }
  }

  private static void login(Scram scram, int iterations) {
    TestScramServer server =
        new TestScramServer("SCRAM-SHA-256", "pencil", SALT, iterations, "3rfcNHYJY1ZVvWVs7j");
    try (AuthenticationExchange exchange = scram.begin(Exchanges.context(null))) {
      byte[] serverFirst = server.serverFirst(Objects.requireNonNull(exchange.initialData()));
      byte[] clientFinal = Objects.requireNonNull(exchange.respond(serverFirst));
      exchange.finish(server.serverFinal(clientFinal, new byte[0]));
    }
  }
}
