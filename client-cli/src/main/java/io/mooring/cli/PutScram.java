package io.mooring.cli;

import io.mooring.ClientBuilder;
import io.mooring.HttpProxy;
import io.mooring.SecureMqttClient;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SaltedPassword;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.scram.DerivedScramKeys;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.tls.ChannelBinding;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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
  @Mixin private final TokenOptions token = new TokenOptions();

  @Option(
      names = "--adopt",
      description =
          "With a token: the token's own tool imported the SaltedPassword as an HMAC key under"
              + " --scram-label; say which user it is for. No password is asked for.")
  private boolean adopt;

  @Option(
      names = "--salted-password-out",
      paramLabel = "FILE",
      description =
          "Write the SaltedPassword to a new file, for the import tool of a token that takes no"
              + " keys otherwise. Delete the file after the import.")
  private @Nullable Path saltedPasswordOut;

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
        && (Passwords.isStandardInput(options.storepassFile)
            || Passwords.isStandardInput(token.pinFile))) {
      throw new UsageException("Standard input cannot hold both passwords");
    }
    if (token.isPresent() || saltedPasswordOut != null) {
      return intoToken(name, given);
    }
    if (adopt) {
      throw new UsageException("--adopt is for a token: it goes with --pkcs11-library");
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

  /** A keystore, if one is named beside the token, only says which broker to trust. */
  private int intoToken(String name, boolean given) {
    Path out = saltedPasswordOut;
    if (out != null && (!given || token.isPresent())) {
      throw new UsageException(
          "--salted-password-out goes with --salt and --iterations, and without a token");
    }
    if (adopt && !given) {
      throw new UsageException("--adopt needs --salt and --iterations");
    }
    Deque<Runnable> wipes = new ArrayDeque<>();
    try {
      Pkcs11Token opened = token.open(terminal, wipes);
      if (opened != null && adopt) {
        report(name, TokenScramStore.adopt(opened, token, account(name)));
        return ExitCode.DONE.code();
      }
      try (Secret password =
          Passwords.read(
              terminal,
              "--password-file",
              passwordFile,
              "Password of " + Terminal.printable(user))) {
        if (out != null) {
          TokenScramStore.export(out, account(name), password);
          json.done(
              terminal,
              Json.object().put("file", out.toString()).put("mechanism", name).put("user", user),
              "wrote the SaltedPassword to " + out + ". Import it, then delete the file");
        } else if (opened != null) {
          report(
              name,
              given
                  ? stored(opened, account(name), password)
                  : learnt(opened, name, password, wipes));
        }
      }
    } finally {
      while (!wipes.isEmpty()) {
        wipes.pop().run();
      }
    }
    return ExitCode.DONE.code();
  }

  private SaltedPassword stored(
      Pkcs11Token opened, TokenScramStore.Account account, Secret password) {
    return TokenScramStore.store(opened, token, account, password);
  }

  /** Stores only after the broker's signature was verified. */
  private SaltedPassword learnt(
      Pkcs11Token opened, String name, Secret password, Deque<Runnable> wipes) {
    Pkcs12Identity keystore = options.open(terminal);
    if (keystore != null) {
      wipes.push(keystore::close);
    }
    AtomicReference<SaltedPassword> stored = new AtomicReference<>();
    login(
        name,
        password,
        keystore == null
            ? trust.policy(List.of(), List.of())
            : trust.policy(keystore.authorities(), keystore.pins()),
        token.identity(opened, null, false, terminal),
        keys ->
            stored.set(
                stored(
                    opened,
                    new TokenScramStore.Account(
                        name, user, keys.salt(), keys.iterations(), !noSaslPrep),
                    password)));
    SaltedPassword key = stored.get();
    if (key == null) {
      throw new IllegalStateException("a login that was proven hands out its keys");
    }
    return key;
  }

  private void report(String name, SaltedPassword key) {
    json.done(
        terminal,
        Json.object()
            .put("token", String.valueOf(token.library))
            .put("mechanism", name)
            .put("user", key.userName())
            .put("changed", true),
        "stored the SCRAM key of " + Terminal.printable(key.userName()) + " in the token");
  }

  private TokenScramStore.Account account(String name) {
    Integer count = iterations;
    if (count == null) {
      throw new IllegalStateException("checked by call()");
    }
    return new TokenScramStore.Account(name, user, saltBytes(), count, !noSaslPrep);
  }

  private byte[] saltBytes() {
    String base64 = salt;
    if (base64 == null) {
      throw new IllegalStateException("checked by call()");
    }
    return UsageException.parse("--salt", () -> Base64.getDecoder().decode(base64));
  }

  private void derive(String name, Secret password, DeviceKeystoreFile file) {
    Integer count = iterations;
    if (count == null) {
      throw new IllegalStateException("checked by call()");
    }
    byte[] bytes = saltBytes();
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
    login(
        name,
        password,
        trust.policy(present.authorities(), present.pins()),
        present.hasIdentity() ? present.identity() : null,
        file::putScram);
  }

  private void login(
      String name,
      Secret password,
      TlsPolicy policy,
      @Nullable DeviceIdentity identity,
      Consumer<DerivedScramKeys> proven) {
    ScramCredential credential =
        UsageException.parse("--user", () -> ScramCredential.password(user, password));
    Deque<Runnable> wipes = new ArrayDeque<>();
    try {
      Scram scram =
          name.equals("SCRAM-SHA-512") ? Scram.sha512(credential) : Scram.sha256(credential);
      if (mechanism.plus()) {
        scram = scram.plus(ScramSetup.binding(channelBinding));
      }
      Scram login = ScramSetup.tuned(scram, noSaslPrep, maxIterations).provisioning(proven);
      ClientBuilder builder =
          SecureMqttClient.builder()
              .broker(trust.requireBroker())
              .tls(policy)
              .authenticate(login)
              .cleanStart(true)
              .sessionExpiry(Duration.ZERO)
              .connectTimeout(ClientMaterial.connectTimeout(timeout));
      HttpProxy carrier = trust.proxy.open(terminal, wipes);
      if (carrier != null) {
        builder.proxy(carrier);
      }
      UsageException.parse("--client-id", () -> builder.clientId(trust.clientId));
      if (identity != null) {
        builder.identity(identity);
      }
      try (SecureMqttClient client = builder.build()) {
        terminal.detail(ConnectionWatch.describe(client.connect()));
      }
    } finally {
      credential.destroy();
      while (!wipes.isEmpty()) {
        wipes.pop().run();
      }
    }
  }
}
