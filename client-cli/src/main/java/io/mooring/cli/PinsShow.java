package io.mooring.cli;

import io.mooring.keystore.PinRotation;
import io.mooring.keystore.PinSetDocument;
import io.mooring.keystore.Pkcs12Identity;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mooring pins show}. */
@Command(
    name = "show",
    description = "Prints the pins in force, staged and previous, and who may sign new ones.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PinsShow implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();
  @Mixin private final JsonOption json = new JsonOption();

  PinsShow(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return options.with(
        terminal,
        (file, password) -> {
          try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
            if (json.wanted) {
              terminal.result(
                  Json.object().put("keystore", file.toString()).putAll(json(keystore)).toString());
            } else {
              print(terminal, keystore);
              if (keystore.pins().isEmpty()) {
                terminal.say("no pin is in force: any key that an authority vouches for will do");
              }
            }
          }
          return ExitCode.DONE.code();
        });
  }

  /** The members that tell of pins. */
  static Json json(Pkcs12Identity keystore) {
    PinRotation rotation = keystore.pinRotation();
    Json object =
        Json.object()
            .put("pins", keystore.pins())
            .put("pinSigners", rotation.signers())
            .put("pinCounter", rotation.counter())
            .put("previousPins", rotation.previous());
    rotation.staged().ifPresent(document -> object.put("stagedPins", json(document)));
    return object;
  }

  static Json json(PinSetDocument document) {
    return Json.object()
        .put("host", document.host())
        .put("counter", document.counter())
        .put("notBefore", document.notBefore())
        .put("notAfter", document.notAfter())
        .put("signer", document.signer().toString())
        .put("pins", document.pins());
  }

  /** One line a pin. */
  static void print(Terminal terminal, Pkcs12Identity keystore) {
    PinRotation rotation = keystore.pinRotation();
    keystore.pins().forEach(pin -> terminal.result("pin  " + pin));
    rotation
        .staged()
        .ifPresent(
            document ->
                document
                    .pins()
                    .forEach(
                        pin ->
                            terminal.result(
                                "staged-pin  "
                                    + pin
                                    + "  for "
                                    + document.host()
                                    + "  counter "
                                    + document.counter())));
    rotation.previous().forEach(pin -> terminal.result("previous-pin  " + pin));
    rotation.signers().forEach(pin -> terminal.result("pin-signer  " + pin));
  }
}
