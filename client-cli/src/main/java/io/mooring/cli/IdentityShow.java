package io.mooring.cli;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SaltedPassword;
import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.tls.SpkiPin;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring identity show}. */
@Command(
    name = "show",
    description =
        "Prints what is here, where, and until when: certificates with fingerprint and pin, SCRAM"
            + " user, pins, authorities, outbox key. Never a key or password.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class IdentityShow implements Callable<Integer> {
  private static final int MAX_DAYS = 36_500;

  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();
  @Mixin private final TokenOptions token = new TokenOptions();

  @Option(
      names = "--warn-days",
      paramLabel = "N",
      description = "Warn of a certificate that ends within N days. Default: 30.")
  private int warnDays = 30;

  @Mixin private final JsonOption json = new JsonOption();

  IdentityShow(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (warnDays < 0 || warnDays > MAX_DAYS) {
      throw new UsageException("--warn-days is 0 to " + MAX_DAYS + "; got " + warnDays);
    }
    Deque<Runnable> wipes = new ArrayDeque<>();
    try {
      Pkcs11Token opened = token.open(terminal, wipes);
      if (opened != null) {
        showToken(opened);
        if (!options.isPresent()) {
          return ExitCode.DONE.code();
        }
      }
      return options.with(terminal, this::showFile);
    } finally {
      while (!wipes.isEmpty()) {
        wipes.pop().run();
      }
    }
  }

  private int showFile(Path file, Secret password) {
    try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
      show(file, keystore);
    }
    return ExitCode.DONE.code();
  }

  /** With a keystore beside the token, two results follow each other: a line of JSON each. */
  private void showToken(Pkcs11Token opened) {
    List<String> warnings = new ArrayList<>();
    DeviceIdentity identity = token.identity(opened, null, false, terminal);
    List<X509Certificate> chain = identity == null ? List.of() : identity.certificateChain();
    chain.forEach(certificate -> warnOfEnd(certificate, warnings));
    SaltedPassword scram = token.scram(opened, false);
    if (json.wanted) {
      Json object =
          Json.object()
              .put("kind", "token")
              .put("token", opened.label())
              .put("serial", opened.serial())
              .put("certificates", chain.stream().map(IdentityShow::json).toList());
      if (scram != null) {
        object.put(
            "scram", scram(scram.mechanism(), scram.userName(), scram.salt(), scram.iterations()));
      }
      terminal.result(object.put("warnings", warnings).toString());
    } else {
      terminal.result("token  " + opened.label() + "  serial " + opened.serial());
      print(terminal, chain);
      if (scram != null) {
        terminal.result(scramLine(scram.mechanism(), scram.userName(), scram.iterations()));
      }
    }
    warnings.forEach(warning -> terminal.say("warning: " + warning));
  }

  private void show(Path file, Pkcs12Identity keystore) {
    List<String> warnings = new ArrayList<>(keystore.warnings());
    chain(keystore).forEach(certificate -> warnOfEnd(certificate, warnings));
    keystore.authorities().forEach(certificate -> warnOfEnd(certificate, warnings));
    if (json.wanted) {
      terminal.result(json(file, keystore).put("warnings", warnings).toString());
    } else {
      terminal.result("keystore  " + file.toAbsolutePath());
      print(terminal, keystore);
    }
    warnings.forEach(warning -> terminal.say("warning: " + warning));
  }

  private static List<X509Certificate> chain(Pkcs12Identity keystore) {
    return keystore.hasIdentity() ? keystore.identity().certificateChain() : List.of();
  }

  private void warnOfEnd(X509Certificate certificate, List<String> warnings) {
    Instant now = Instant.now();
    Instant end = certificate.getNotAfter().toInstant();
    Duration left = Duration.between(now, end);
    if (!left.isNegative() && left.compareTo(Duration.ofDays(warnDays)) <= 0) {
      warnings.add(
          "the certificate of "
              + certificate.getSubjectX500Principal().getName()
              + " ends at "
              + end
              + ", in "
              + left.toDays()
              + " days. Renew it.");
    }
  }

  /** What a keystore holds, some lines each. */
  static void print(Terminal terminal, Pkcs12Identity keystore) {
    print(terminal, chain(keystore));
    if (keystore.hasScram()) {
      ScramKeys keys = keystore.scram();
      terminal.result(scramLine(keys.mechanism(), keys.userName(), keys.iterations()));
    }
    PinsShow.print(terminal, keystore);
    keystore.authorities().forEach(authority -> print(terminal, "ca", authority));
    terminal.result("outbox-key  " + (keystore.hasOutboxKey() ? "present" : "none"));
  }

  private static void print(Terminal terminal, List<X509Certificate> chain) {
    for (int i = 0; i < chain.size(); i++) {
      print(terminal, i == 0 ? "certificate" : "issuer", chain.get(i));
    }
  }

  private static String scramLine(String mechanism, String user, int iterations) {
    return "scram  " + mechanism + "  user " + user + "  iterations " + iterations;
  }

  private static Json scram(String mechanism, String user, byte[] salt, int iterations) {
    return Json.object()
        .put("mechanism", mechanism)
        .put("user", user)
        .put("salt", Base64.getEncoder().encodeToString(salt))
        .put("iterations", iterations);
  }

  private static void print(Terminal terminal, String kind, X509Certificate certificate) {
    terminal.result(kind + "  " + certificate.getSubjectX500Principal().getName());
    terminal.result("  pin          " + SpkiPin.of(certificate));
    terminal.result("  fingerprint  " + Fingerprints.of(certificate));
    terminal.result("  serial       " + certificate.getSerialNumber().toString(16));
    terminal.result(
        "  valid        "
            + certificate.getNotBefore().toInstant()
            + " to "
            + certificate.getNotAfter().toInstant());
  }

  /** What a keystore holds; the warnings are for the caller to add. */
  static Json json(Path file, Pkcs12Identity keystore) {
    Json object =
        Json.object()
            .put("kind", "file")
            .put("keystore", file.toAbsolutePath().toString())
            .put("certificates", chain(keystore).stream().map(IdentityShow::json).toList());
    if (keystore.hasScram()) {
      ScramKeys keys = keystore.scram();
      object.put("scram", scram(keys.mechanism(), keys.userName(), keys.salt(), keys.iterations()));
    }
    return object
        .putAll(PinsShow.json(keystore))
        .put("authorities", keystore.authorities().stream().map(IdentityShow::json).toList())
        .put("outboxKey", keystore.hasOutboxKey());
  }

  private static Json json(X509Certificate certificate) {
    return Json.object()
        .put("subject", certificate.getSubjectX500Principal().getName())
        .put("issuer", certificate.getIssuerX500Principal().getName())
        .put("serial", certificate.getSerialNumber().toString(16))
        .put("notBefore", certificate.getNotBefore().toInstant())
        .put("notAfter", certificate.getNotAfter().toInstant())
        .put("fingerprint", Fingerprints.of(certificate))
        .put("pin", SpkiPin.of(certificate).toString());
  }
}
