package io.mooring.cli;

import io.mooring.HttpProxy;
import io.mooring.enrol.Enrolment;
import io.mooring.enrol.EstClient;
import io.mooring.enrol.EstLogin;
import io.mooring.enrol.IdentityStore;
import io.mooring.enrol.RequestedNames;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.PemIdentity;
import io.mooring.keystore.Pkcs12Identity;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring enrol}. */
@Command(
    name = "enrol",
    description =
        "Gets a first certificate from an EST server (RFC 7030): key, request, certificate and"
            + " change of identity in one step that may be cut off anywhere and run again.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class EnrolCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final EstOptions est = new EstOptions();
  @Mixin private final StoreOptions options = new StoreOptions();
  @Mixin private final NameOptions nameOptions = new NameOptions();

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "User name for the EST server, by HTTP Digest or Basic within TLS.")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "Its password, which may be for one use: a file, or - for the first line of standard"
              + " input. Default: ask at the terminal.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "Certificate from the factory, with its chain, in PEM.")
  private @Nullable Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The key of --cert in PEM, readable by its owner only.")
  private @Nullable Path key;

  @Option(
      names = "--key-password-file",
      paramLabel = "FILE",
      description = "The password of an encrypted --key. Default: it is not encrypted.")
  private @Nullable Path keyPasswordFile;

  @Option(
      names = "--key-type",
      paramLabel = "TYPE",
      description =
          "ec-p256, ec-p384, rsa-2048 or rsa-3072. Default: a key that waits, else what the server"
              + " wishes, else ec-p256.")
  private @Nullable KeyAlgorithm type;

  @Option(names = "--replace", description = "Enrol also where a valid certificate is in use.")
  private boolean replace;

  @Mixin private final BrokerTrial trial = new BrokerTrial();
  @Mixin private final JsonOption json = new JsonOption();

  EnrolCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (user == null && passwordFile != null) {
      throw new UsageException("--password-file goes with --user, which is missing");
    }
    if ((certificate == null) != (key == null) || (key == null && keyPasswordFile != null)) {
      throw new UsageException("--cert and --key go together; one of them is missing");
    }
    if (Passwords.isStandardInput(passwordFile) && options.readsStandardInput()) {
      throw new UsageException("Standard input cannot hold both passwords");
    }
    RequestedNames given = nameOptions.given();
    return est.with(
        terminal,
        (client, proxy) ->
            options.with(terminal, (store, trust) -> run(client, proxy, given, store, trust)));
  }

  private int run(
      EstClient client,
      @Nullable HttpProxy proxy,
      @Nullable RequestedNames given,
      IdentityStore store,
      @Nullable Pkcs12Identity trust) {
    Optional<X509Certificate> valid =
        store.identity().map(identity -> identity.certificateChain().get(0)).filter(this::holds);
    if (valid.isPresent() && !replace) {
      EnrolmentReport.unchanged(
          terminal, json, options, valid.get(), "enrolled already; see renew, or --replace");
      return ExitCode.DONE.code();
    }
    Enrolment enrolment = Enrolment.in(store);
    RequestedNames names = NameOptions.orCurrent(given, enrolment);
    Enrolment.Result result =
        withLogin(
            store,
            login -> enrolment.enrol(client, login, names, type, trial.of(trust, proxy, terminal)));
    EnrolmentReport.print(terminal, json, options, result);
    return ExitCode.DONE.code();
  }

  private boolean holds(X509Certificate certificate) {
    return Instant.now().isBefore(certificate.getNotAfter().toInstant());
  }

  /** Password, factory certificate or both; else the identity in use, as the factory put it. */
  private <T> T withLogin(IdentityStore store, Function<EstLogin, T> work) {
    Path certificateFile = certificate;
    Path keyFile = key;
    if (certificateFile == null || keyFile == null) {
      return withPassword(store.identity().orElse(null), work);
    }
    try (PemIdentity pem =
        ClientMaterial.pem(certificateFile, keyFile, keyPasswordFile, terminal)) {
      pem.warnings().forEach(warning -> terminal.say("warning: " + warning));
      return withPassword(pem, work);
    }
  }

  private <T> T withPassword(@Nullable DeviceIdentity identity, Function<EstLogin, T> work) {
    String name = user;
    if (name == null) {
      if (identity == null) {
        throw new UsageException(
            "Nothing proves this device to the EST server: give --user and --password-file, or"
                + " --cert and --key from the factory");
      }
      return work.apply(EstLogin.certificate(identity));
    }
    try (Secret password =
        Passwords.read(
            terminal, "--password-file", passwordFile, "Password of " + Terminal.printable(name))) {
      EstLogin login = UsageException.parse("--user", () -> EstLogin.password(name, password));
      return work.apply(identity == null ? login : login.withCertificate(identity));
    }
  }
}
