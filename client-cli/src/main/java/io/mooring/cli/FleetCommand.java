package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.error.CredentialException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.PemIdentity;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.tls.SpkiPin;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring fleet}. */
@Command(
    name = "fleet",
    description =
        "Makes a bundle for each line of a CSV file: key and certificate under your CA, SCRAM keys,"
            + " pins. Interrupted, run it again: it goes on where it was.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class FleetCommand implements Callable<Integer> {
  private static final int MAX_DAYS = 36_500;
  private static final int MAX_THREADS = 256;

  private final Terminal terminal;

  @Option(
      names = "--csv",
      required = true,
      paramLabel = "FILE",
      description =
          "The devices: UTF-8, first line with the columns name and, as wanted, client-id, subject,"
              + " user, password.")
  private Path csv = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder for bundles, manifest and credentials; made if it is not there.")
  private Path out = Path.of("");

  @Option(
      names = "--broker",
      required = true,
      paramLabel = "mqtts://HOST[:PORT]",
      description = "The broker that the devices connect to.")
  private @Nullable Endpoint broker;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "The authorities that the broker's certificate may come from, in PEM.")
  private @Nullable Path ca;

  @Option(
      names = "--pin",
      paramLabel = "sha256/...",
      description = "A pin of the broker's key; repeat it for the backup.")
  private List<SpkiPin> pins = new ArrayList<>();

  @Option(
      names = "--pin-signer",
      paramLabel = "sha256/...",
      description = "A key that may sign new pins for the devices; repeatable.")
  private List<SpkiPin> pinSigners = new ArrayList<>();

  @Mixin private final FleetCaOptions issuing = new FleetCaOptions();

  @Option(
      names = "--valid-days",
      paramLabel = "N",
      description = "The life of a certificate. Default: 730.")
  private int validDays = 730;

  @Option(
      names = "--key",
      paramLabel = "KIND",
      description = "ec-p256 (default), ec-p384, rsa-2048 or rsa-3072.")
  private String keyKind = KeyAlgorithm.EC_P256.label();

  @Option(
      names = "--scram",
      paramLabel = "MECHANISM",
      description =
          "Make SCRAM keys, for scram-sha-256 or scram-sha-512. A password that the CSV does not"
              + " give is random, and nobody learns it.")
  private @Nullable AuthMethod scram;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description = "With --scram: the PBKDF2 count, 4096 (default) to 10000000.")
  private int iterations = 4096;

  @Option(
      names = "--no-saslprep",
      description = "With --scram: use name and password byte for byte, as EMQX stores them.")
  private boolean noSaslPrep;

  @Option(names = "--outbox-key", description = "Give each device a key for its outbox.")
  private boolean outboxKey;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many devices are made at once. Default: one for each processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Mixin private final JsonOption json = new JsonOption();

  FleetCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    requireInRange("--valid-days", validDays, 1, MAX_DAYS);
    requireInRange("--threads", threads, 1, MAX_THREADS);
    requireInRange("--iterations", iterations, 4096, 10_000_000);
    if (scram == null && !issuing.given()) {
      throw new UsageException(
          "A device needs to prove itself: give --ca-cert and --ca-key, --scram, or both");
    }
    List<FleetRow> rows = FleetCsv.read(terminal, csv);
    try {
      return issuing.with(terminal, issuer -> make(rows, plan(issuer)));
    } finally {
      rows.forEach(FleetCommand::wipe);
    }
  }

  private int make(List<FleetRow> rows, FleetPlan plan) {
    requirePreparable(rows, plan);
    Instant begin = Instant.now();
    try (FleetFolder folder = FleetFolder.open(out, plan)) {
      List<FleetRow> missing = rows.stream().filter(row -> !folder.has(row)).toList();
      int already = rows.size() - missing.size();
      if (already > 0) {
        terminal.say(already + " of " + rows.size() + " devices are in the manifest already");
      }
      if (!missing.isEmpty()) {
        new FleetRun(terminal, folder, new FleetMaker(plan, folder.bundles()), threads)
            .make(missing);
      }
      Json result =
          Json.object()
              .put("folder", out.toString())
              .put("changed", !missing.isEmpty())
              .put("made", missing.size())
              .put("already", already)
              .put("manifest", folder.manifest().toString())
              .put("milliseconds", Duration.between(begin, Instant.now()).toMillis());
      if (plan.mechanism() != null) {
        result.put("credentials", folder.credentials().toString());
      }
      json.done(
          terminal,
          result,
          "made "
              + missing.size()
              + " bundles in "
              + folder.bundles()
              + "; listed in "
              + folder.manifest()
              + (plan.mechanism() == null
                  ? ""
                  : "; import " + folder.credentials() + " into the broker, then remove it"));
    }
    return ExitCode.DONE.code();
  }

  private FleetPlan plan(@Nullable DeviceIdentity authority) {
    Endpoint endpoint = broker;
    if (endpoint == null) {
      throw new IllegalStateException("picocli requires --broker");
    }
    PinGuard.warnWithoutBackup(terminal, new LinkedHashSet<>(pins));
    List<X509Certificate> authorities = ca == null ? List.of() : PemIdentity.certificates(ca);
    return new FleetPlan(
        endpoint,
        authority == null
            ? null
            : new CertificateIssuer(authority, Duration.ofDays(validDays), Instant.now()),
        validDays,
        kind(),
        mechanism(),
        iterations,
        !noSaslPrep,
        authorities,
        List.copyOf(new LinkedHashSet<>(pins)),
        List.copyOf(new LinkedHashSet<>(pinSigners)),
        outboxKey);
  }

  private KeyAlgorithm kind() {
    for (KeyAlgorithm algorithm : KeyAlgorithm.values()) {
      if (algorithm.label().equals(keyKind)) {
        return algorithm;
      }
    }
    throw new UsageException(
        "--key '" + keyKind + "' is none of ec-p256, ec-p384, rsa-2048, rsa-3072");
  }

  private @Nullable String mechanism() {
    AuthMethod method = scram;
    if (method == null) {
      return null;
    }
    String name = method.mechanism();
    if (name == null || method.plus()) {
      throw new UsageException("--scram is scram-sha-256 or scram-sha-512; got " + method);
    }
    return name;
  }

  /** Only text beyond ASCII can be refused by SASLprep, so only that is tried. */
  private void requirePreparable(List<FleetRow> rows, FleetPlan plan) {
    String mechanism = plan.mechanism();
    if (mechanism == null || !plan.saslPrep()) {
      return;
    }
    for (FleetRow row : rows) {
      Secret password = row.password();
      if (password == null && row.user().chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
        continue;
      }
      try (Secret tried = password == null ? Secret.of(new char[] {'x'}) : copy(password)) {
        ScramKeyDerivation.derive(mechanism, row.user(), tried, new byte[] {0}, 4096).close();
      } catch (IllegalArgumentException | CredentialException e) {
        throw new UsageException("--csv " + csv + ", line " + row.line() + ": " + e.getMessage());
      }
    }
  }

  private static Secret copy(Secret password) {
    byte[] bytes = password.copyUtf8();
    try {
      return Secret.ofUtf8(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static void requireInRange(String option, int value, int from, int to) {
    if (value < from || value > to) {
      throw new UsageException(option + " is " + from + " to " + to + "; got " + value);
    }
  }

  private static void wipe(FleetRow row) {
    Secret password = row.password();
    if (password != null) {
      password.destroy();
    }
  }
}
