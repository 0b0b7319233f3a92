package io.mooring.cli;

import io.mooring.error.PinMismatchException;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.tls.SpkiPin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Keeps a change of pins from locking the device out of its live broker. */
final class PinGuard {
  @Mixin final ProbeOptions probe = new ProbeOptions();

  @Option(names = "--offline", description = "Do not ask the broker. Needs --risk-lockout.")
  private boolean offline;

  @Option(
      names = "--risk-lockout",
      description =
          "With --offline: change the pins although nobody has checked that the device can still"
              + " connect afterwards.")
  private boolean riskLockout;

  /** Refuses options that contradict each other, before anything is asked or opened. */
  void requireSound(KeystoreOptions options) {
    if (offline != riskLockout) {
      throw new UsageException(
          "--offline and --risk-lockout go together: without the broker nobody knows whether this"
              + " device can connect afterwards");
    }
    if (!offline) {
      probe.complete(options);
      probe.requireBroker();
    }
  }

  /**
   * Requires that the live broker has one of the pins that will be in force, unless the user takes
   * the risk.
   *
   * @throws PinMismatchException if it has none
   */
  void require(Terminal terminal, Pkcs12Identity present, Collection<SpkiPin> after) {
    List<SpkiPin> next = new ArrayList<>(after);
    if (offline) {
      terminal.say(
          "warning: the broker was not asked; nobody has checked that this device can connect with"
              + " the pins left");
      return;
    }
    LivePath live = LivePath.of(terminal, probe, present.authorities());
    if (live.match(next).isEmpty()) {
      throw new PinMismatchException(
          (next.isEmpty() ? "No pin would be left" : "None of the pins left would match")
              + " at "
              + live.broker()
              + ", whose path has "
              + live.pins()
              + (next.isEmpty() ? "" : "; left: " + next)
              + ". Nothing was changed. Add or promote the pin of the broker's key first; mooring"
              + " pins check tells which match.",
          live.pins(),
          next);
    }
  }

  static void warnWithoutBackup(Terminal terminal, Collection<SpkiPin> pins) {
    if (pins.size() == 1) {
      terminal.say(
          "warning: there is no backup pin; if the broker's key is lost, this device is"
              + " locked out. Add the pin of a key that is kept offline, too");
    }
  }
}
