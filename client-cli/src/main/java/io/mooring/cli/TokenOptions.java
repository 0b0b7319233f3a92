package io.mooring.cli;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SaltedPassword;
import io.mooring.identity.Secret;
import io.mooring.keystore.PemIdentity;
import io.mooring.keystore.Pkcs11Identity;
import io.mooring.keystore.Pkcs11Name;
import io.mooring.keystore.Pkcs11Object;
import io.mooring.keystore.Pkcs11Pin;
import io.mooring.keystore.Pkcs11PinState;
import io.mooring.keystore.Pkcs11Token;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A PKCS#11 token, what in it to use, and how to open it; for every command that needs keys. */
final class TokenOptions {
  @Option(
      names = "--pkcs11-library",
      paramLabel = "FILE",
      description = "Use keys in a PKCS#11 token: the library of its maker.")
  @Nullable Path library;

  @Option(
      names = "--token-label",
      paramLabel = "LABEL",
      description = "The token, by its label. Default: the only one there is.")
  @Nullable String tokenLabel;

  @Option(
      names = "--token-serial",
      paramLabel = "SERIAL",
      description = "The token, by its serial number, where two have one label.")
  @Nullable String tokenSerial;

  @Option(
      names = "--key-label",
      paramLabel = "LABEL",
      description = "CKA_LABEL of the private key. Default: the only one that has a certificate.")
  @Nullable String keyLabel;

  @Option(
      names = "--key-id",
      paramLabel = "HEX",
      description = "CKA_ID of the private key, where several have one label.")
  @Nullable String keyId;

  @Option(
      names = "--cert-label",
      paramLabel = "LABEL",
      description = "CKA_LABEL of its certificate. Default: the newest that fits the key.")
  @Nullable String certificateLabel;

  @Option(
      names = "--scram-label",
      paramLabel = "LABEL",
      description = "CKA_LABEL of the SCRAM key. Default: the only one there is.")
  @Nullable String scramLabel;

  @Option(
      names = "--pin-file",
      paramLabel = "FILE",
      description =
          "The token's user PIN: a file, or - for the first line of standard input. Default: ask at"
              + " the terminal.")
  @Nullable Path pinFile;

  @Option(
      names = "--pin-env",
      paramLabel = "NAME",
      description = "The token's user PIN, from an environment variable.")
  @Nullable String pinEnvironment;

  @Option(
      names = "--pin-pad",
      description = "The user PIN is entered at the token itself (protected authentication path).")
  boolean pinPad;

  /** Whether a token is named. */
  boolean isPresent() {
    return library != null;
  }

  /** Opens the token, or gives null if none is named; the caller closes it. */
  @Nullable Pkcs11Token open(Terminal terminal, Deque<Runnable> wipes) {
    Path file = library;
    if (file == null) {
      requireNothingElse();
      return null;
    }
    Pkcs11Token.Builder builder = Pkcs11Token.library(file).pin(pin(terminal, wipes));
    if (tokenLabel != null) {
      builder.tokenLabel(tokenLabel);
    }
    if (tokenSerial != null) {
      builder.tokenSerial(tokenSerial);
    }
    Pkcs11Token token = builder.open();
    wipes.push(token::close);
    return token;
  }

  /** Opens the token, which this command cannot do without; the caller runs the wipes. */
  Pkcs11Token openRequired(Terminal terminal, Deque<Runnable> wipes) {
    Pkcs11Token token = open(terminal, wipes);
    if (token == null) {
      throw new UsageException("Missing required option: '--pkcs11-library=FILE'");
    }
    return token;
  }

  /**
   * The identity in the token, or null if there is none and none was asked for.
   *
   * @param certificateFile PEM file that completes the chain, or holds it; or null
   * @param required whether a missing one is an error
   */
  @Nullable DeviceIdentity identity(
      Pkcs11Token token, @Nullable Path certificateFile, boolean required, Terminal terminal) {
    List<X509Certificate> more =
        certificateFile == null ? List.of() : PemIdentity.certificates(certificateFile);
    Pkcs11Name key = keyName();
    String label = certificateLabel;
    Pkcs11Name certificate =
        label == null ? null : UsageException.parse("--cert-label", () -> Pkcs11Name.label(label));
    boolean asked = required || key != null || certificate != null || !more.isEmpty();
    if (!asked && !hasKeyAndCertificate(token)) {
      return null;
    }
    Pkcs11Identity identity = token.identity(key, certificate, more);
    identity.warnings().forEach(warning -> terminal.say("warning: " + warning));
    return identity;
  }

  /**
   * The SCRAM key in the token, or null if there is none and none was asked for.
   *
   * @param required whether a missing one is an error
   */
  @Nullable SaltedPassword scram(Pkcs11Token token, boolean required) {
    return !required && scramLabel == null && token.scramLabels().isEmpty()
        ? null
        : token.scramKey(scramLabel);
  }

  /** The name of the private key; null for the only one. */
  @Nullable Pkcs11Name keyName() {
    if (keyLabel == null && keyId == null) {
      return null;
    }
    return UsageException.parse(
        keyId == null ? "--key-label" : "--key-id",
        () -> {
          if (keyId == null) {
            return Pkcs11Name.label(String.valueOf(keyLabel));
          }
          byte[] id = HexFormat.of().parseHex(keyId);
          return keyLabel == null ? Pkcs11Name.id(id) : Pkcs11Name.of(keyLabel, id);
        });
  }

  private static boolean hasKeyAndCertificate(Pkcs11Token token) {
    List<Pkcs11Object.Kind> kinds =
        token.objects().stream().map(Pkcs11Object::kind).distinct().toList();
    return kinds.contains(Pkcs11Object.Kind.PRIVATE_KEY)
        && kinds.contains(Pkcs11Object.Kind.CERTIFICATE);
  }

  private Pkcs11Pin pin(Terminal terminal, Deque<Runnable> wipes) {
    if ((pinFile != null ? 1 : 0) + (pinEnvironment != null ? 1 : 0) + (pinPad ? 1 : 0) > 1) {
      throw new UsageException("Only one of --pin-file, --pin-env and --pin-pad says the PIN");
    }
    if (pinPad) {
      return Pkcs11Pin.protectedAuthenticationPath();
    }
    if (pinEnvironment != null) {
      return Pkcs11Pin.environment(pinEnvironment);
    }
    if (pinFile != null) {
      Secret pin = Passwords.read(terminal, "--pin-file", pinFile, "PIN");
      wipes.push(pin::close);
      return Pkcs11Pin.of(pin);
    }
    return Pkcs11Pin.callback(
        (label, state) ->
            Passwords.read(
                terminal,
                "--pin-file",
                null,
                "PIN of token \"" + Terminal.printable(label) + '"' + warning(state)));
  }

  private static String warning(Pkcs11PinState state) {
    return switch (state) {
      case FINAL_TRY -> " (one attempt left)";
      case COUNT_LOW -> " (a wrong PIN was given before)";
      case OK, LOCKED -> "";
    };
  }

  /** Options of a token mean nothing without one. */
  void requireNothingElse() {
    if (tokenLabel != null
        || tokenSerial != null
        || keyLabel != null
        || keyId != null
        || certificateLabel != null
        || scramLabel != null
        || pinFile != null
        || pinEnvironment != null
        || pinPad) {
      throw new UsageException("The options of a token go with --pkcs11-library, which is missing");
    }
  }
}
