package io.mooring.cli;

import io.mooring.keystore.Pkcs11Name;
import io.mooring.keystore.Pkcs11Object;
import io.mooring.keystore.Pkcs11Token;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mooring token delete}. */
@Command(
    name = "delete",
    description =
        "Deletes every object that --key-label and --key-id name: keys, certificates and data."
            + " Safe to run again.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class TokenDelete implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final TokenOptions options = new TokenOptions();
  @Mixin private final JsonOption json = new JsonOption();

  TokenDelete(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Pkcs11Name name = options.keyName();
    if (name == null) {
      throw new UsageException("token delete needs --key-label or --key-id");
    }
    Deque<Runnable> wipes = new ArrayDeque<>();
    try {
      Pkcs11Token token = options.openRequired(terminal, wipes);
      List<Pkcs11Object> gone = token.delete(name);
      json.done(
          terminal,
          Json.object()
              .put("changed", !gone.isEmpty())
              .put("deleted", gone.stream().map(TokenShow::json).toList()),
          gone.isEmpty()
              ? "nothing has " + name
              : "deleted " + gone.stream().map(Pkcs11Object::toString).toList());
      return ExitCode.DONE.code();
    } finally {
      wipes.forEach(Runnable::run);
    }
  }
}
