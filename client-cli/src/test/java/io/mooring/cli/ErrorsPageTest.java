package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** docs/ERRORS.md is made of the codes and of errors.txt; only its table of faults is not. */
class ErrorsPageTest {
  private static final String REGENERATE =
      "mvn -q -o -pl client-cli -am test -Dtest=ErrorsPageTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dmooring.errors.write=true";

  private static final String FAULTS = "<!-- faults: what DoctorFaultsTest injects -->\n";
  private static final String END_OF_FAULTS = "<!-- end of faults -->\n";

  private final ErrorCatalogue catalogue = ErrorCatalogue.load();

  @Test
  void page_isWhatTheCatalogueSays() throws IOException {
    Path page = ShellBlocks.root().resolve("docs/ERRORS.md");
    String before = Files.exists(page) ? Files.readString(page) : FAULTS + END_OF_FAULTS;
    String wanted = page(faults(before));
    if (Boolean.getBoolean("mooring.errors.write")) {
      Files.writeString(page, wanted);
      return;
    }
    assertEquals(wanted, before, "docs/ERRORS.md is stale. Make it anew: " + REGENERATE);
  }

  @Test
  void everyCode_hasItsParagraph() {
    for (ErrorCode code : ErrorCode.values()) {
      ErrorCatalogue.Entry entry = catalogue.of(code);
      for (String text :
          List.of(entry.title(), entry.meaning(), entry.check(), entry.fix(), entry.area())) {
        assertFalse(text.isBlank(), code.id());
      }
      assertFalse(entry.causes().isEmpty(), code.id());
      assertTrue(entry.title().endsWith("."), code.id());
    }
    assertEquals(
        List.of(ErrorCode.values()),
        catalogue.all().stream().map(ErrorCatalogue.Entry::code).toList());
  }

  @Test
  void explain_saysWhatACodeMeans() {
    String said = Cli.run(ExitCode.DONE, "explain", "moor-tls-016").out();
    assertTrue(said.startsWith("MOOR-TLS-016  "), said);
    assertTrue(said.contains("fix      Renew"), said);
    assertTrue(
        Cli.run(ExitCode.DONE, "explain", "MOOR-NET-002", "--json").out().contains("\"fix\":"));
    assertEquals(
        ErrorCode.values().length, Cli.run(ExitCode.DONE, "explain").out().lines().count());
    assertTrue(Cli.run(ExitCode.USAGE, "explain", "MOOR-X-1").err().contains("no code"));
  }

  private String page(String faults) {
    StringBuilder page =
        new StringBuilder(
            """
            # Errors
            What the world does to a client is a `MooringException`. Its message says what happened, the evidence, and what
            to do; `code()` says it for programs. A code keeps its meaning for ever, whatever becomes of class and message;
            `retryable()` says whether the same attempt may succeed later without anybody changing anything. Misuse of the
            API is an `IllegalArgumentException` or `IllegalStateException` instead, and has no code.

            The command shows the code behind the message, `mooring explain CODE` says offline what stands here, and
            `mooring doctor` finds out which of these it is. Exit codes are in [CLI.md](CLI.md).

            """);
    String area = "";
    for (ErrorCatalogue.Entry entry : catalogue.all()) {
      if (!entry.area().equals(area)) {
        area = entry.area();
        page.append("## ").append(area).append("\n\n");
      }
      page.append(paragraph(entry)).append("\n\n");
    }
    return page.append("## Faults that were injected, and what the doctor said\n\n")
        .append(FAULTS)
        .append(faults)
        .append(END_OF_FAULTS)
        .toString();
  }

  private static String paragraph(ErrorCatalogue.Entry entry) {
    List<String> causes = entry.causes();
    String listed =
        IntStream.range(0, causes.size())
            .mapToObj(i -> (causes.size() == 1 ? "" : "(" + (i + 1) + ") ") + causes.get(i))
            .collect(Collectors.joining("; "));
    return "**"
        + entry.code()
        + "** "
        + entry.title()
        + " "
        + entry.meaning()
        + " *Likely causes:* "
        + listed
        + ". *Check:* "
        + entry.check()
        + ". *Fix:* "
        + entry.fix();
  }

  private static String faults(String page) {
    return page.substring(page.indexOf(FAULTS) + FAULTS.length(), page.indexOf(END_OF_FAULTS));
  }
}
