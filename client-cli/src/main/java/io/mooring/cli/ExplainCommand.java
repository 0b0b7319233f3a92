package io.mooring.cli;

import io.mooring.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mooring explain}. */
@Command(
    name = "explain",
    description = "Says what an error code means, its likely causes, how to check and to fix it.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class ExplainCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      arity = "0..*",
      paramLabel = "CODE",
      description = "Codes such as MOOR-TLS-016. Without any: all codes, a line each.")
  private List<String> wanted = new ArrayList<>();

  @Mixin private final JsonOption json = new JsonOption();

  ExplainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ErrorCatalogue catalogue = ErrorCatalogue.load();
    List<ErrorCatalogue.Entry> entries =
        wanted.isEmpty()
            ? catalogue.all()
            : wanted.stream().map(id -> catalogue.of(parse(id))).toList();
    for (ErrorCatalogue.Entry entry : entries) {
      print(entry);
    }
    return ExitCode.DONE.code();
  }

  private void print(ErrorCatalogue.Entry entry) {
    if (json.wanted) {
      terminal.result(
          Json.object()
              .put("code", entry.code().id())
              .put("title", entry.title())
              .put("meaning", entry.meaning())
              .put("causes", entry.causes())
              .put("check", entry.check())
              .put("fix", entry.fix())
              .toString());
    } else if (wanted.isEmpty()) {
      terminal.result(entry.code() + "  " + entry.title());
    } else {
      ErrorCatalogue.lines(entry).forEach(terminal::result);
    }
  }

  private static ErrorCode parse(String id) {
    ErrorCode code = ErrorCatalogue.codeOf(id);
    if (code == null) {
      throw new UsageException(
          "'" + id + "' is no code of Mooring; mooring explain without one lists all");
    }
    return code;
  }
}
