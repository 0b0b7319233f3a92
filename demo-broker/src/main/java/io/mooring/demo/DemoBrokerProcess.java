package io.mooring.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The demo broker as a process of its own.
 *
 * <pre>
 * (--cert FILE --key FILE | --keystore FILE --storepass-file FILE) --users FILE
 *     [--port N] [--base TOPIC] [--client-ca FILE]
 *     [--password-login | --certificate-login]
 * provision --users FILE --user NAME --role device|operator --password-file FILE [--iterations N]
 * </pre>
 *
 * <p>The first form prints {@code READY port} on standard output, and nothing else, once it accepts
 * connections. It ends on SIGTERM and when its standard input ends, so that it never outlives
 * whoever started it. The second form adds a user to a file. Exit codes: 0 done, 1 failed, 2 usage.
 */
public final class DemoBrokerProcess {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final long CLOSE_SECONDS = 30;
  private static final String PROVISION = "provision";

  private DemoBrokerProcess() {}

  /** Runs one of the forms above. */
  public static void main(String[] arguments) {
    System.exit(run(arguments, System.in, System.out, System.err));
  }

  static int run(String[] arguments, InputStream in, PrintStream out, PrintStream err) {
    try {
      if (arguments.length > 0 && arguments[0].equals(PROVISION)) {
        provision(Arrays.copyOfRange(arguments, 1, arguments.length));
      } else {
        serve(arguments, in, out);
      }
      return 0;
    } catch (IllegalArgumentException e) {
      err.println("demo-broker: " + e.getMessage());
      return USAGE;
    } catch (IOException | GeneralSecurityException e) {
      err.println("demo-broker: " + e);
      return FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
  }

  private static void provision(String... arguments) throws IOException {
    var given =
        new Arguments(
            Set.of("--users", "--user", "--role", "--password-file", "--iterations"),
            Set.of(),
            arguments);
    Path users = Path.of(given.required("--users"));
    String name = given.required("--user");
    var role = DemoUser.Role.valueOf(given.required("--role").toUpperCase(Locale.ROOT));
    char[] password = Arguments.secret(Path.of(given.required("--password-file")));
    try {
      UsersFile.append(
          users, DemoUser.of(name, role, password, given.number("--iterations", 4096)));
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  private static void serve(String[] arguments, InputStream in, PrintStream out)
      throws IOException, GeneralSecurityException, InterruptedException {
    var given =
        new Arguments(
            Set.of(
                "--cert",
                "--key",
                "--keystore",
                "--storepass-file",
                "--users",
                "--port",
                "--base",
                "--client-ca"),
            Set.of("--password-login", "--certificate-login"),
            arguments);
    DemoBroker.Builder builder =
        DemoBroker.builder().certificate(certificate(given)).port(given.number("--port", 0));
    UsersFile.read(Path.of(given.required("--users"))).forEach(builder::user);
    given.text("--base").ifPresent(builder::base);
    if (given.has("--password-login")) {
      builder.passwordLogin();
    }
    if (given.file("--client-ca").isPresent()) {
      X509Certificate[] roots =
          BrokerCertificate.readCertificates(given.file("--client-ca").get())
              .toArray(X509Certificate[]::new);
      if (given.has("--certificate-login")) {
        builder.certificateLogin(roots);
      } else {
        builder.requireClientCertificate(roots);
      }
    } else if (given.has("--certificate-login")) {
      throw new IllegalArgumentException("--certificate-login needs --client-ca");
    }
    serveUntilTold(builder, in, out);
  }

  /** SIGTERM ends the wait; the JVM then stays up until the broker has closed in good order. */
  private static void serveUntilTold(DemoBroker.Builder builder, InputStream in, PrintStream out)
      throws IOException, GeneralSecurityException, InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    Thread atExit = new Thread(() -> endInGoodOrder(told, closed), "demo-broker-exit");
    Thread reader = new Thread(() -> awaitEnd(in, told), "demo-broker-stdin");
    reader.setDaemon(true);
    try (DemoBroker broker = builder.start()) {
      Runtime.getRuntime().addShutdownHook(atExit);
      out.println("READY " + broker.port());
      out.flush();
      reader.start();
      told.await();
    } finally {
      closed.countDown();
    }
  }

  private static void endInGoodOrder(CountDownLatch told, CountDownLatch closed) {
    told.countDown();
    try {
      closed.await(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitEnd(InputStream in, CountDownLatch told) {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // A standard input that breaks has ended as well.
    } finally {
      told.countDown();
    }
  }

  private static BrokerCertificate certificate(Arguments given)
      throws IOException, GeneralSecurityException {
    if (given.file("--keystore").isPresent()) {
      char[] password = Arguments.secret(Path.of(given.required("--storepass-file")));
      try {
        return BrokerCertificate.fromKeyStore(given.file("--keystore").get(), password);
      } finally {
        Arrays.fill(password, '\0');
      }
    }
    return BrokerCertificate.fromPem(
        Path.of(given.required("--cert")), Path.of(given.required("--key")));
  }
}
