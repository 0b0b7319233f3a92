package io.mooring.cli;

import io.mooring.keystore.Pkcs11Object;
import io.mooring.keystore.Pkcs11Token;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mooring token show}. */
@Command(
    name = "show",
    description = "Prints kind, CKA_ID and CKA_LABEL of each object in the token. Never a key.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class TokenShow implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final TokenOptions options = new TokenOptions();
  @Mixin private final JsonOption json = new JsonOption();

  TokenShow(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Deque<Runnable> wipes = new ArrayDeque<>();
    try {
      Pkcs11Token token = options.openRequired(terminal, wipes);
      List<Pkcs11Object> objects = token.objects();
      if (json.wanted) {
        terminal.result(
            Json.object()
                .put("token", token.label())
                .put("serial", token.serial())
                .put("objects", objects.stream().map(TokenShow::json).toList())
                .toString());
      } else {
        objects.forEach(object -> terminal.result(line(object)));
      }
      return ExitCode.DONE.code();
    } finally {
      wipes.forEach(Runnable::run);
    }
  }

  static String line(Pkcs11Object object) {
    return kind(object) + "  " + id(object) + "  " + Terminal.printable(object.label());
  }

  static Json json(Pkcs11Object object) {
    return Json.object()
        .put("kind", kind(object))
        .put("id", id(object))
        .put("label", object.label());
  }

  private static String kind(Pkcs11Object object) {
    return object.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String id(Pkcs11Object object) {
    byte[] id = object.id();
    return id.length == 0 ? "-" : HexFormat.of().formatHex(id);
  }
}
