package io.mooring.cli;

import io.mooring.error.PinMismatchException;
import io.mooring.keystore.PinSetDocument;
import io.mooring.tls.SpkiPin;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mooring pins promote}. */
@Command(
    name = "promote",
    description =
        "Puts the staged pin set in force, if the live broker satisfies it. The pins before it are"
            + " kept for rollback.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PinsPromote implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();
  @Mixin private final ProbeOptions probe = new ProbeOptions();
  @Mixin private final JsonOption json = new JsonOption();

  PinsPromote(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    probe.complete(options);
    probe.requireBroker();
    return KeystoreEdit.run(
        terminal,
        options,
        json,
        (file, present) -> {
          PinSetDocument staged = present.pinRotation().staged().orElse(null);
          if (staged == null) {
            terminal.say("no pin set is staged");
            return null;
          }
          LivePath live = LivePath.of(terminal, probe, present.authorities());
          SpkiPin matched =
              live.match(staged.pins()).orElseThrow(() -> mismatch(live, staged.pins()));
          file.stagedPins().promote(matched);
          return Json.object().put("pins", staged.pins()).put("matched", matched.toString());
        });
  }

  private static PinMismatchException mismatch(LivePath live, List<SpkiPin> staged) {
    return new PinMismatchException(
        live.broker()
            + " does not satisfy the staged pins "
            + staged
            + "; its path has "
            + live.pins()
            + ". Nothing was changed: they stay staged until the broker has its new key.",
        live.pins(),
        staged);
  }
}
