package io.mooring.cli;

import io.mooring.identity.DeviceIdentity;
import io.mooring.keystore.PemIdentity;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The authority that issues client certificates. */
final class FleetCaOptions {
  @Option(
      names = "--ca-cert",
      paramLabel = "FILE",
      description =
          "Issue client certificates: the CA's certificate in PEM, with those above it but the"
              + " root.")
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

  /** Whether there is an authority. */
  boolean given() {
    return certificate != null || key != null || keyPasswordFile != null;
  }

  /** Runs {@code work} with the authority, or with null if none is named. */
  <T> T with(Terminal terminal, Function<@Nullable DeviceIdentity, T> work) {
    Path certificateFile = certificate;
    Path keyFile = key;
    if (!given()) {
      return work.apply(null);
    }
    if (certificateFile == null || keyFile == null) {
      throw new UsageException("--ca-cert and --ca-key go together; one of them is missing");
    }
    try (PemIdentity pem =
        ClientMaterial.pem(certificateFile, keyFile, keyPasswordFile, terminal)) {
      pem.warnings().forEach(warning -> terminal.say("warning: " + warning));
      return work.apply(pem);
    }
  }
}
