package io.mooring.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The names of loggers are an interface: those of docs/TELEMETRY.md, and no class's. */
class LoggerNamesTest {
  private static final Pattern GET = Pattern.compile("System\\.getLogger\\(([^)]*)\\)");
  private static final Pattern NAME = Pattern.compile("\"(io\\.mooring\\.[a-z]+)\"");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(io\\.mooring\\.[a-z]+)` \\|");

  @Test
  void loggers_areThoseOfThePage() throws IOException {
    TreeSet<String> used = new TreeSet<>();
    for (String module : ShippedClasses.modules()) {
      if (!module.equals("client-cli") && !module.startsWith("examples-")) { // programs, no API
        for (Path source : sources(module)) {
          used.addAll(namesIn(source));
        }
      }
    }
    TreeSet<String> documented = new TreeSet<>();
    Matcher row =
        ROW.matcher(Files.readString(ShippedClasses.folder("docs").resolve("TELEMETRY.md")));
    while (row.find()) {
      documented.add(row.group(1));
    }
    assertFalse(documented.isEmpty());
    assertEquals(documented, used);
  }

  private static TreeSet<String> namesIn(Path source) throws IOException {
    String text = Files.readString(source);
    boolean logs = source.endsWith("io/mooring/internal/telemetry/Log.java");
    TreeSet<String> names = new TreeSet<>();
    Matcher get = GET.matcher(text);
    while (get.find()) {
      Matcher name = NAME.matcher(get.group(1));
      assertTrue(name.matches() || logs, () -> source + " names its logger " + get.group(1));
    }
    Matcher name = NAME.matcher(text);
    while ((logs || text.contains("System.getLogger(")) && name.find()) {
      names.add(name.group(1));
    }
    return names;
  }

  private static Iterable<Path> sources(String module) throws IOException {
    try (Stream<Path> all = Files.walk(ShippedClasses.folder(module).resolve("src/main/java"))) {
      return all.filter(path -> path.toString().endsWith(".java")).toList();
    }
  }
}
