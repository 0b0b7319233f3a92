package io.mooring.scram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ongres.scram.client.ScramClient;
import io.mooring.auth.AuthenticationExchange;
import io.mooring.error.ServerProofException;
import io.mooring.tls.ChannelBinding;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** ongres scram 3.2 in both roles: its arithmetic as our server, its client beside ours. */
class OngresInteropTest {
  private static final byte[] SALT = Exchanges.unbase64("W22ZaJ0SNY7soEsUEjb6gQ==");
  private static final byte[] BINDING = Exchanges.utf8("0123456789abcdef0123456789abcdef");

  static Stream<Arguments> logins() {
    return Stream.of("SCRAM-SHA-256", "SCRAM-SHA-512")
        .flatMap(
            mechanism ->
                Stream.of(
                    Arguments.of(mechanism, "meter-0042", "pencil", 4096),
                    Arguments.of(mechanism, "a=b,c", "p,=\u00e4 \u65e5\u672c", 5000),
                    Arguments.of(mechanism, "I\u00adX", "\u2168\u00a0\u00aa", 4096)));
  }

  @ParameterizedTest
  @MethodSource("logins")
  void ourClient_andAnOngresServer_proveEachOther(
      String mechanism, String user, String password, int iterations) {
    Scram scram = scram(mechanism, user, password);
    run(scram, new TestScramServer(mechanism, password, SALT, iterations, "3rfc\u007f"), null);
  }

  @ParameterizedTest
  @MethodSource("logins")
  void ourClientWithPlus_andAnOngresServer_proveEachOther(
      String mechanism, String user, String password, int iterations) {
    for (ChannelBinding binding : ChannelBinding.values()) {
      Scram scram = scram(mechanism, user, password).plus(binding);
      assertEquals(mechanism + "-PLUS", scram.method());
      run(scram, new TestScramServer(mechanism, password, SALT, iterations, "3rfc"), BINDING);
    }
  }

  @ParameterizedTest
  @MethodSource("logins")
  void anOngresClient_sendsOctetForOctetWhatOursDoes(
      String mechanism, String user, String password, int iterations) throws Exception {
    String nonce = "fyko+d2lbbFgONRv9qkxdawL";
    ScramClient theirs =
        ScramClient.builder()
            .advertisedMechanisms(List.of(mechanism))
            .username(user)
            .password(password.toCharArray())
            .nonceSupplier(() -> nonce)
            .build();
    TestScramServer server = new TestScramServer(mechanism, password, SALT, iterations, "3rfc");
    try (ScramExchange ours =
        Exchanges.withNonce(
            ScramHash.ofMechanism(mechanism),
            ScramCredential.password(user, Exchanges.secret(password)),
            nonce,
            Pbkdf2.HI)) {
      byte[] clientFirst = ours.initialData();
      assertEquals(theirs.clientFirstMessage().toString(), Exchanges.text(clientFirst));

      byte[] serverFirst = server.serverFirst(clientFirst);
      byte[] clientFinal = ours.respond(serverFirst);
      theirs.serverFirstMessage(Exchanges.text(serverFirst));
      assertEquals(theirs.clientFinalMessage().toString(), Exchanges.text(clientFinal));

      byte[] serverFinal = server.serverFinal(clientFinal, new byte[0]);
      theirs.serverFinalMessage(Exchanges.text(serverFinal));
      ours.finish(serverFinal);
    }
  }

  @Test
  void wrongPassword_isRefusedByTheServer_andWrongServerByUs() {
    String mechanism = "SCRAM-SHA-256";
    Scram scram = scram(mechanism, "user", "pencil");
    TestScramServer impostor = new TestScramServer(mechanism, "guess", SALT, 4096, "3rfc");
    ServerProofException refusal =
        assertThrows(ServerProofException.class, () -> run(scram, impostor, null));
    assertEquals(ScramServerErrorException.class, refusal.getClass());
  }

  @Test
  void otherChannelBinding_isRefusedByTheServer() {
    Scram scram = scram("SCRAM-SHA-256", "user", "pencil").plus(ChannelBinding.TLS_EXPORTER);
    TestScramServer server = new TestScramServer("SCRAM-SHA-256", "pencil", SALT, 4096, "3rfc");
    AuthenticationExchange exchange = scram.begin(Exchanges.context(BINDING));
    byte[] serverFirst = server.serverFirst(Objects.requireNonNull(exchange.initialData()));
    byte[] clientFinal = Objects.requireNonNull(exchange.respond(serverFirst));
    byte[] relayed = server.serverFinal(clientFinal, Exchanges.utf8("another connection"));
    ScramServerErrorException refusal =
        assertThrows(ScramServerErrorException.class, () -> exchange.finish(relayed));
    assertEquals("channel-bindings-dont-match", refusal.serverError());
  }

  private static Scram scram(String mechanism, String user, String password) {
    return Scram.of(
        ScramHash.ofMechanism(mechanism),
        ScramCredential.password(user, Exchanges.secret(password)));
  }

  private static void run(Scram scram, TestScramServer server, byte @Nullable [] binding) {
    try (AuthenticationExchange exchange = scram.begin(Exchanges.context(binding))) {
      byte[] serverFirst = server.serverFirst(Objects.requireNonNull(exchange.initialData()));
      byte[] clientFinal = Objects.requireNonNull(exchange.respond(serverFirst));
      exchange.finish(server.serverFinal(clientFinal, binding == null ? new byte[0] : binding));
    }
  }
}
