package io.mooring.cli;

import io.mooring.tls.ChannelBinding;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who this device is. */
final class DeviceOptions {
  @Mixin final KeystoreOptions keystore = new KeystoreOptions();
  @Mixin final TokenOptions token = new TokenOptions();

  @Option(
      names = "--auth",
      paramLabel = "METHOD",
      description =
          "scram-sha-256, scram-sha-512, scram-sha-256-plus, scram-sha-512-plus, password or"
              + " certificate. Default: what the token or keystore holds, SCRAM first; else the"
              + " certificate.")
  @Nullable AuthMethod auth;

  @Option(
      names = "--channel-binding",
      paramLabel = "TYPE",
      description =
          "For the -plus methods: tls-exporter (default) or tls-server-end-point. Never downgraded.")
  @Nullable ChannelBinding channelBinding;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "User name, for SCRAM by password and for --auth password.")
  @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "Its password: a file, or - for the first line of standard input. Default: ask at the"
              + " terminal.")
  @Nullable Path passwordFile;

  @Option(
      names = "--no-saslprep",
      description = "SCRAM: use name and password byte for byte, as EMQX stores them.")
  boolean noSaslPrep;

  @Option(
      names = "--max-iterations",
      paramLabel = "N",
      description = "SCRAM by password: the most PBKDF2 iterations to run. Default: 100000.")
  @Nullable Integer maxIterations;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description =
          "Client certificate and chain in PEM; with a token, what completes the chain there."
              + " Default: that of the token or keystore.")
  @Nullable Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The key of --cert in PEM, readable by its owner only.")
  @Nullable Path key;

  @Option(
      names = "--key-password-file",
      paramLabel = "FILE",
      description = "The password of an encrypted --key. Default: it is not encrypted.")
  @Nullable Path keyPasswordFile;

  /** Whether a secret is to come from standard input. */
  boolean readsStandardInput() {
    return Passwords.isStandardInput(passwordFile)
        || Passwords.isStandardInput(keystore.storepassFile)
        || Passwords.isStandardInput(token.pinFile)
        || Passwords.isStandardInput(keyPasswordFile);
  }
}
