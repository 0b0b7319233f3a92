package io.mooring.examples.esp32bridge.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a file, in the order of its lines. */
final class Problems {
  private static final int MOST = 50;

  private record Problem(int line, String text) {}

  private final Path file;
  private final List<Problem> found = new ArrayList<>();

  Problems(Path file) {
    this.file = file;
  }

  /** Notes a problem; line 0 is the file as a whole. */
  void add(int line, String text) {
    found.add(new Problem(line, text));
  }

  /** Ends the reading if anything was noted. */
  void throwIfAny() throws ConfigException {
    if (found.isEmpty()) {
      return;
    }
    List<String> texts =
        found.stream()
            .sorted(Comparator.comparingInt(Problem::line))
            .limit(MOST)
            .map(p -> (p.line() == 0 ? "" : "line " + p.line() + ": ") + p.text())
            .toList();
    throw new ConfigException(file, texts);
  }
}
