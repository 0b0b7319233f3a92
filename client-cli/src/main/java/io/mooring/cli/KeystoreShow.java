package io.mooring.cli;

import io.mooring.identity.ScramKeys;
import io.mooring.keystore.Pkcs12Identity;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mooring keystore show}. */
@Command(
    name = "show",
    description = "Prints what the keystore holds; never a key.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class KeystoreShow implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();

  KeystoreShow(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return options.with(
        terminal,
        (file, password) -> {
          try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
            show(keystore);
          }
          return ExitCode.DONE.code();
        });
  }

  private void show(Pkcs12Identity keystore) {
    if (keystore.hasIdentity()) {
      for (X509Certificate certificate : keystore.identity().certificateChain()) {
        terminal.result("certificate  " + PinCommand.line(certificate));
      }
    }
    if (keystore.hasScram()) {
      ScramKeys keys = keystore.scram();
      terminal.result(
          "scram  "
              + keys.mechanism()
              + "  user "
              + keys.userName()
              + "  salt "
              + Base64.getEncoder().encodeToString(keys.salt())
              + "  iterations "
              + keys.iterations());
    }
    PinsShow.print(terminal, keystore);
    keystore
        .authorities()
        .forEach(authority -> terminal.result("ca  " + PinCommand.line(authority)));
    if (keystore.hasOutboxKey()) {
      terminal.result("outbox-key  HmacSHA256");
    }
    keystore.warnings().forEach(warning -> terminal.say("warning: " + warning));
    if (keystore.aliases().isEmpty()) {
      terminal.say(keystore.file() + " is empty");
    }
  }
}
