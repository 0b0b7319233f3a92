package io.mooring.cli;

import io.mooring.keystore.PinSetDocument;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring pins stage}. */
@Command(
    name = "stage",
    description =
        "Verifies a signed pin set and keeps it beside the pins in force, for the day on which the"
            + " broker gets its new key.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PinsStage implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();
  @Mixin private final ProbeOptions probe = new ProbeOptions();

  @Option(
      names = "--document",
      required = true,
      paramLabel = "FILE",
      description = "The pin set that mooring pins sign made.")
  private Path documentFile = Path.of("");

  @Option(
      names = "--offline",
      description =
          "Do not ask the broker whether it satisfies the set already. Staging risks nothing.")
  private boolean offline;

  @Mixin private final JsonOption json = new JsonOption();

  PinsStage(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    probe.complete(options);
    String host = probe.requireBroker().host();
    PinSetDocument document =
        PinSetDocument.parse(WholeFile.read("Pin set", documentFile, PinSetDocument.MAX_BYTES + 1));
    return KeystoreEdit.run(
        terminal,
        options,
        json,
        (file, present) -> {
          if (!file.stagedPins().accept(document, host, Instant.now())) {
            return null;
          }
          Json staged = Json.object().put("stagedPins", PinsShow.json(document));
          if (!offline) {
            boolean satisfied =
                LivePath.of(terminal, probe, present.authorities())
                    .match(document.pins())
                    .isPresent();
            staged.put("stagedSatisfied", satisfied);
            terminal.say(
                satisfied
                    ? "the broker satisfies the staged set already: mooring pins promote"
                    : "the broker does not satisfy the staged set yet; it is in force for nothing"
                        + " until it does and is promoted");
          }
          return staged;
        });
  }
}
