package io.mooring.scram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.mooring.auth.AuthenticationExchange;
import io.mooring.identity.ScramKeys;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** GNU SASL's own SCRAM-SHA-256 server, as a process (Debian package gsasl), against our client. */
@Timeout(60)
class GsaslInteropTest {
  @BeforeAll
  static void requireGsasl() {
    boolean present =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .anyMatch(folder -> new File(folder, "gsasl").canExecute());
    if (!present) {
      String reason = "gsasl is not on the PATH; install the Debian package gsasl";
      if ("true".equals(System.getenv("CI"))) {
        fail(reason);
      }
      abort(reason);
    }
  }

  @Test
  void gnuSaslServer_andOurClient_proveEachOther() throws Exception {
    for (String password :
        List.of("pencil", "p,=\u00e4 \u65e5\u672c", "I\u00adX\u00a0\u2168", "a\u200bb")) {
      Scram scram = Scram.sha256(ScramCredential.password("user", Exchanges.secret(password)));
      try (GsaslServer server = new GsaslServer(password);
          AuthenticationExchange exchange = scram.begin(Exchanges.context(null))) {
        byte[] serverFirst = server.answerTo(exchange.initialData());
        exchange.finish(server.answerTo(exchange.respond(serverFirst)));
      }
    }
  }

  @Test
  void gnuSaslServer_refusesAWrongPassword() throws Exception {
    Scram scram = Scram.sha256(ScramCredential.password("user", Exchanges.secret("guess")));
    try (GsaslServer server = new GsaslServer("pencil");
        AuthenticationExchange exchange = scram.begin(Exchanges.context(null))) {
      byte[] serverFirst = server.answerTo(exchange.initialData());
      byte[] clientFinal = exchange.respond(serverFirst);
      assertThrows(UncheckedIOException.class, () -> server.answerTo(clientFinal));
      assertNotEquals(0, server.exitCode());
    }
  }

  @Test
  void storedKeysDerivedByUs_areTheKeysGnuSaslDerives() throws Exception {
    byte[] salt = Exchanges.unbase64("W22ZaJ0SNY7soEsUEjb6gQ==");
    try (DerivedScramKeys keys =
        ScramKeyDerivation.derive(
            "SCRAM-SHA-256", "user", Exchanges.secret("pencil"), salt, 4096)) {
      Process process =
          new ProcessBuilder(
                  "gsasl",
                  "--mkpasswd",
                  "--mechanism=SCRAM-SHA-256",
                  "--password=pencil",
                  "--iteration-count=4096",
                  "--salt=" + Exchanges.base64(salt))
              .redirectErrorStream(true)
              .start();
      String printed = Exchanges.text(process.getInputStream().readAllBytes()).trim();
      assertEquals(0, process.waitFor(), printed);
      assertEquals(
          "{SCRAM-SHA-256}4096,"
              + Exchanges.base64(salt)
              + ","
              + Exchanges.base64(storedKey(keys))
              + ","
              + Exchanges.base64(keys.serverKey()),
          printed);
    }
  }

  private static byte[] storedKey(ScramKeys keys) {
    return ScramHash.SHA_256.h(keys.clientKey());
  }

  /** One run of {@code gsasl --server}: a line of base64 in, a line of base64 out. */
  private static final class GsaslServer implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    GsaslServer(String password) throws IOException {
      ProcessBuilder command =
          new ProcessBuilder(
              "gsasl",
              "--server",
              "--mechanism=SCRAM-SHA-256",
              "--quiet",
              "--no-cb",
              "--password=" + password);
      command.environment().put("LC_ALL", "C.UTF-8");
      process = command.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      output = process.inputReader(StandardCharsets.UTF_8);
      input = process.outputWriter(StandardCharsets.UTF_8);
    }

    byte[] answerTo(byte @Nullable [] clientMessage) {
      try {
        input.write(Exchanges.base64(Objects.requireNonNull(clientMessage)) + "\n");
        input.flush();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          // It prints the mechanism and an empty first challenge before the messages.
          if (!line.isEmpty() && !line.startsWith("SCRAM-")) {
            return Base64.getDecoder().decode(line);
          }
        }
        throw new IOException("gsasl ended");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    int exitCode() throws InterruptedException {
      assertTrue(process.waitFor(10, TimeUnit.SECONDS), "gsasl still runs");
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
