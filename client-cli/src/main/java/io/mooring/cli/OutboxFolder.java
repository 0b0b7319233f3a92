package io.mooring.cli;

import io.mooring.keystore.Pkcs12Identity;
import io.mooring.outbox.Outbox;
import io.mooring.outbox.OutboxContents;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The folder to look into, and the keystore with its key if it is encrypted. */
final class OutboxFolder {
  @Parameters(paramLabel = "DIR", description = "The folder of the outbox.")
  private Path folder = Path.of("");

  @Mixin private final KeystoreOptions keystore = new KeystoreOptions();

  /** The folder. */
  Path folder() {
    return folder;
  }

  /** What it holds; topics only if they are not encrypted or the key is there. */
  OutboxContents inspect(Terminal terminal) {
    Outbox outbox = Outbox.in(folder);
    try (Pkcs12Identity opened = keystore.open(terminal)) {
      return opened != null && opened.hasOutboxKey()
          ? outbox.encryptedWith(opened.outboxKey()).inspect()
          : outbox.inspect();
    }
  }
}
