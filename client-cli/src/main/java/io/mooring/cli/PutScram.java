package io.mooring.cli;

import io.mooring.ClientBuilder;
import io.mooring.SecureMqttClient;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.scram.DerivedScramKeys;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.tls.ChannelBinding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring put-scram}, known as {@code mooring keystore put-scram} as well. */
@Command(
    name = "put-scram",
    description =
        "Stores the salted SCRAM keys of a user, never the password, in place of those there: made with --salt and"
            + " --iterations, or learned from --broker by one login in which the broker proves"
            + " itself.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PutScram implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();

  @Option(
      names = "--mechanism",
      required = true,
      paramLabel = "MECHANISM",
      description =
          "scram-sha-256 or scram-sha-512; with --broker also their -plus forms, for the login.")
  private AuthMethod mechanism = AuthMethod.SCRAM_SHA_256;

  @Option(names = "--user", required = true, paramLabel = "NAME", description = "The SCRAM name.")
  private String user = "";

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "Its password: a file, or - for the first line of standard input. Default: ask at the"
              + " terminal.")
  private @Nullable Path passwordFile;

  @Option(names = "--salt", paramLabel = "BASE64", description = "The broker's salt for this user.")
  private @Nullable String salt;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description = "The broker's iteration count for this user, 4096 to 10000000.")
  private @Nullable Integer iterations;

  @Option(
      names = "--no-saslprep",
      description = "Use name and password byte for byte, as EMQX stores them.")
  private boolean noSaslPrep;

  @Option(
      names = "--max-iterations",
      paramLabel = "N",
      description = "With --broker: the most PBKDF2 iterations to run. Default: 100000.")
  private @Nullable Integer maxIterations;

  @Option(
      names = "--channel-binding",
      paramLabel = "TYPE",
      description = "For a -plus login: tls-exporter (default) or tls-server-end-point.")
  private @Nullable ChannelBinding channelBinding;

  @Mixin private final TrustOptions trust = new TrustOptions();
  @Mixin private final JsonOption json = new JsonOption();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "For the login at --broker. Default: 30.")
  private Duration timeout = Duration.ofSeconds(30);

  PutScram(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    String name = mechanism.mechanism();
    if (name == null) {
      throw new UsageException("--mechanism is a SCRAM method; got " + mechanism);
    }
    boolean salted = salt != null || iterations != null;
    if (!salted) {
      trust.complete(options);
    }
    boolean given = salt != null && iterations != null;
    if (given == (trust.broker != null) || (salt == null) != (iterations == null)) {
      throw new UsageException(
          "Give either --salt and --iterations, or --broker to learn them from");
    }
    if (given && mechanism.plus()) {
      throw new UsageException(
          "--mechanism "
              + mechanism
              + " is for the login at --broker; with --salt and --iterations leave -plus out, the"
              + " keys serve both forms");
    }
    if (channelBinding != null && !mechanism.plus()) {
      throw new UsageException("--channel-binding is for the -plus methods");
    }
    if (Passwords.isStandardInput(passwordFile)
        && Passwords.isStandardInput(options.storepassFile)) {
      throw new UsageException("Standard input cannot hold both passwords");
    }
    return KeystoreEdit.run(
        terminal,
        options,
        json,
        (file, present) -> {
          try (Secret password =
              Passwords.read(
                  terminal,
                  "--password-file",
                  passwordFile,
                  "Password of " + Terminal.printable(user))) {
            if (given) {
              derive(name, password, file);
            } else {
              learn(name, password, file, present);
            }
          }
          return Json.object().put("mechanism", name).put("user", user);
        });
  }

  private void derive(String name, Secret password, DeviceKeystoreFile file) {
    String base64 = salt;
    Integer count = iterations;
    if (base64 == null || count == null) {
      throw new IllegalStateException("checked by call()");
    }
    byte[] bytes = UsageException.parse("--salt", () -> Base64.getDecoder().decode(base64));
    try (DerivedScramKeys keys =
        UsageException.parse(
            "--user, --salt, --iterations",
            () ->
                noSaslPrep
                    ? ScramKeyDerivation.deriveWithoutSaslPrep(name, user, password, bytes, count)
                    : ScramKeyDerivation.derive(name, user, password, bytes, count))) {
      file.putScram(keys);
    }
  }

  /** Logs in once; the keys are handed out only after the broker's signature was verified. */
  private void learn(
      String name, Secret password, DeviceKeystoreFile file, Pkcs12Identity present) {
    ScramCredential credential =
        UsageException.parse("--user", () -> ScramCredential.password(user, password));
    try {
      Scram scram =
          name.equals("SCRAM-SHA-512") ? Scram.sha512(credential) : Scram.sha256(credential);
      if (mechanism.plus()) {
        scram = scram.plus(ScramSetup.binding(channelBinding));
      }
      Scram login = ScramSetup.tuned(scram, noSaslPrep, maxIterations).provisioning(file::putScram);
      ClientBuilder builder =
          SecureMqttClient.builder()
              .broker(trust.requireBroker())
              .tls(trust.policy(present.authorities(), present.pins()))
              .authenticate(login)
              .cleanStart(true)
              .sessionExpiry(Duration.ZERO)
              .connectTimeout(ClientMaterial.connectTimeout(timeout));
      UsageException.parse("--client-id", () -> builder.clientId(trust.clientId));
      if (present.hasIdentity()) {
        builder.identity(present.identity());
      }
      try (SecureMqttClient client = builder.build()) {
        terminal.detail(ConnectionWatch.describe(client.connect()));
      }
    } finally {
      credential.destroy();
    }
  }
}
