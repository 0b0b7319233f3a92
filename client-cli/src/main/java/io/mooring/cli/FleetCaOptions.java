package io.mooring.cli;

import io.mooring.identity.DeviceIdentity;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The authority that issues client certificates. */
final class FleetCaOptions {
  @Option(
      names = "--ca-cert",
      paramLabel = "FILE",
      description =
          "Issue client certificates: the CA's certificate in PEM, with those above it but the"
              + " root. Its key: --ca-key, or a token and --key-label.")
  private @Nullable Path certificate;

  @Option(
      names = "--ca-key",
      paramLabel = "FILE",
      description = "The CA's key in PEM, readable by its owner only.")
  private @Nullable Path key;

  @Option(
      names = "--ca-key-password-file",
      paramLabel = "FILE",
      description = "The password of an encrypted --ca-key. Default: it is not encrypted.")
  private @Nullable Path keyPasswordFile;

  @Mixin private final TokenOptions token = new TokenOptions();

  /** Whether there is an authority. */
  boolean given() {
    return certificate != null || key != null || keyPasswordFile != null || token.isPresent();
  }

  /** Runs {@code work} with the authority, or with null if none is named. */
  <T> T with(Terminal terminal, Function<@Nullable DeviceIdentity, T> work) {
    if (!given()) {
      return work.apply(null);
    }
    return new Signer("--ca-cert", certificate, "--ca-key", key, keyPasswordFile, token)
        .use(terminal, work);
  }
}
