package io.mooring.cli;

import io.mooring.HttpProxy;
import io.mooring.enrol.Enrolment;
import io.mooring.enrol.EstClient;
import io.mooring.enrol.IdentityStore;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.Pkcs12Identity;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring renew}. */
@Command(
    name = "renew",
    description =
        "Renews the certificate in use with a new key at an EST server (RFC 7030), in one step that"
            + " may be cut off anywhere and run again.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class RenewCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final EstOptions est = new EstOptions();
  @Mixin private final StoreOptions options = new StoreOptions();

  @Option(
      names = "--key-type",
      paramLabel = "TYPE",
      description =
          "ec-p256, ec-p384, rsa-2048 or rsa-3072. Default: a key that waits, else what the server"
              + " wishes, else ec-p256.")
  private @Nullable KeyAlgorithm type;

  @Option(
      names = "--if-due",
      description = "Renew only once two thirds of the certificate's life are over.")
  private boolean ifDue;

  @Mixin private final BrokerTrial trial = new BrokerTrial();
  @Mixin private final JsonOption json = new JsonOption();

  RenewCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return est.with(
        terminal,
        (client, proxy) ->
            options.with(terminal, (store, trust) -> run(client, proxy, store, trust)));
  }

  private int run(
      EstClient client,
      @Nullable HttpProxy proxy,
      IdentityStore store,
      @Nullable Pkcs12Identity trust) {
    X509Certificate current =
        store.identity().map(identity -> identity.certificateChain().get(0)).orElse(null);
    if (ifDue && current != null && Instant.now().isBefore(due(current))) {
      EnrolmentReport.unchanged(terminal, json, options, current, "not due before " + due(current));
      return ExitCode.DONE.code();
    }
    EnrolmentReport.print(
        terminal,
        json,
        options,
        Enrolment.in(store).renew(client, type, trial.of(trust, proxy, terminal)));
    return ExitCode.DONE.code();
  }

  private static Instant due(X509Certificate certificate) {
    Instant from = certificate.getNotBefore().toInstant();
    Duration life = Duration.between(from, certificate.getNotAfter().toInstant());
    return from.plus(life.multipliedBy(2).dividedBy(3));
  }
}
