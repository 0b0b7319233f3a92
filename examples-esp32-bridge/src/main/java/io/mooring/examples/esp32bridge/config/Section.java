package io.mooring.examples.esp32bridge.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One {@code [kind name]} of the file with its {@code key = value} lines. */
final class Section {
  /** A value and where it stands. */
  record Entry(String value, int line) {}

  private final String kind;
  private final String name;
  private final int line;
  private final Problems problems;
  private final Map<String, List<Entry>> entries = new LinkedHashMap<>();

  Section(String kind, String name, int line, Problems problems) {
    this.kind = kind;
    this.name = name;
    this.line = line;
    this.problems = problems;
  }

  String kind() {
    return kind;
  }

  String name() {
    return name;
  }

  int line() {
    return line;
  }

  void put(String key, String value, int at) {
    entries.computeIfAbsent(key, k -> new ArrayList<>()).add(new Entry(value, at));
  }

  /** Notes every key that is not among {@code known}. */
  void allowOnly(List<String> known) {
    entries.forEach(
        (key, values) -> {
          if (!known.contains(key)) {
            problems.add(
                values.get(0).line(),
                "[" + kind + "] has no '" + key + "'; it has " + new TreeSet<>(known));
          }
        });
  }

  boolean has(String key) {
    return entries.containsKey(key);
  }

  /** Where a key stands, or the section if it does not. */
  int lineOf(String key) {
    List<Entry> values = entries.get(key);
    return values == null ? line : values.get(0).line();
  }

  /** The one value of a key; a second one is a problem. */
  @Nullable String text(String key) {
    List<Entry> values = entries.get(key);
    if (values == null) {
      return null;
    }
    if (values.size() > 1) {
      problems.add(
          values.get(1).line(), "'" + key + "' stands a second time; see line " + lineOf(key));
    }
    return values.get(0).value();
  }

  /** The value, or a problem and {@code instead}. */
  String require(String key, String instead) {
    String value = text(key);
    if (value == null) {
      problems.add(line, "[" + label() + "] lacks '" + key + "'");
      return instead;
    }
    return value;
  }

  /** The value read by {@code parser}, {@code absent} if it is not there or wrong. */
  <T> T read(String key, T absent, Function<String, T> parser) {
    String value = text(key);
    return value == null
        ? absent
        : parse(key, new Entry(value, lineOf(key)), parser).orElse(absent);
  }

  /** Every value of a key that may stand more than once; wrong ones are noted and left out. */
  <T> List<T> all(String key, Function<String, T> parser) {
    List<T> read = new ArrayList<>();
    for (Entry entry : entries.getOrDefault(key, List.of())) {
      parse(key, entry, parser).ifPresent(read::add);
    }
    return read;
  }

  private <T> Optional<T> parse(String key, Entry entry, Function<String, T> parser) {
    try {
      return Optional.of(parser.apply(entry.value()));
    } catch (IllegalArgumentException e) {
      problems.add(entry.line(), key + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private String label() {
    return name.isEmpty() ? kind : kind + " " + name;
  }
}
