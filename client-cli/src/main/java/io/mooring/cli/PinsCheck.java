package io.mooring.cli;

import io.mooring.keystore.PinSetDocument;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.tls.SpkiPin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mooring pins check}. */
@Command(
    name = "check",
    description =
        "Tells which pins the live broker satisfies. Path, dates and name are checked as in a"
            + " connection; the handshake ends before anything is sent. Ends with 4 if no pin in"
            + " force matches.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PinsCheck implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();
  @Mixin private final ProbeOptions probe = new ProbeOptions();
  @Mixin private final JsonOption json = new JsonOption();

  PinsCheck(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    probe.complete(options);
    probe.requireBroker();
    return options.with(
        terminal,
        (file, password) -> {
          try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
            return check(keystore, LivePath.of(terminal, probe, keystore.authorities()));
          }
        });
  }

  private int check(Pkcs12Identity keystore, LivePath live) {
    PinSetDocument staged = keystore.pinRotation().staged().orElse(null);
    boolean satisfied = keystore.pins().isEmpty() || live.match(keystore.pins()).isPresent();
    if (json.wanted) {
      terminal.result(json(keystore.pins(), staged, live, satisfied).toString());
    } else {
      print("pin", keystore.pins(), live);
      if (staged != null) {
        print("staged-pin", staged.pins(), live);
      }
      for (int i = 0; i < live.pins().size(); i++) {
        terminal.result("broker  " + live.pins().get(i) + "  " + live.place(i));
      }
      terminal.say(verdict(keystore.pins(), staged, live, satisfied));
    }
    return (satisfied ? ExitCode.DONE : ExitCode.TLS).code();
  }

  private void print(String kind, List<SpkiPin> pins, LivePath live) {
    for (SpkiPin pin : pins) {
      terminal.result(kind + "  " + pin + "  " + live.place(pin).orElse("unmatched"));
    }
  }

  private static String verdict(
      List<SpkiPin> pins, @Nullable PinSetDocument staged, LivePath live, boolean satisfied) {
    String inForce =
        pins.isEmpty()
            ? "no pin is in force: any key that an authority vouches for will do"
            : live.broker()
                + (satisfied ? " satisfies" : " does not satisfy")
                + " the pins in force";
    if (staged == null) {
      return inForce;
    }
    return inForce
        + (live.match(staged.pins()).isPresent()
            ? "; it satisfies the staged ones: promote them with mooring pins promote"
            : "; it does not yet satisfy the staged ones");
  }

  private static Json json(
      List<SpkiPin> pins, @Nullable PinSetDocument staged, LivePath live, boolean satisfied) {
    List<Json> path = new ArrayList<>();
    for (int i = 0; i < live.pins().size(); i++) {
      path.add(Json.object().put("pin", live.pins().get(i).toString()).put("place", live.place(i)));
    }
    Json object =
        Json.object()
            .put("broker", live.broker().toString())
            .put("path", path)
            .put("satisfied", satisfied)
            .put("pins", places(pins, live));
    if (staged != null) {
      object
          .put("stagedSatisfied", live.match(staged.pins()).isPresent())
          .put("stagedPins", places(staged.pins(), live));
    }
    return object;
  }

  private static List<Json> places(List<SpkiPin> pins, LivePath live) {
    return pins.stream()
        .map(
            pin ->
                Json.object()
                    .put("pin", pin.toString())
                    .put("place", live.place(pin).orElse("unmatched")))
        .toList();
  }
}
