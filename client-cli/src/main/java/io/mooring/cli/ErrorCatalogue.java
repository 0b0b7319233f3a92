package io.mooring.cli;

import io.mooring.error.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is said of each code: {@code errors.txt}, read when somebody asks. It ships with the command
 * and not with the client, so that a device carries the codes alone.
 */
final class ErrorCatalogue {
  /**
   * The paragraph of one code.
   *
   * @param area the heading that it stands under
   * @param causes the likeliest first
   */
  record Entry(
      ErrorCode code,
      String area,
      String title,
      String meaning,
      List<String> causes,
      String check,
      String fix) {}

  private static final String FILE = "errors.txt";

  private final Map<ErrorCode, Entry> entries;

  private ErrorCatalogue(Map<ErrorCode, Entry> entries) {
    this.entries = entries;
  }

  static ErrorCatalogue load() {
    try (InputStream in = ErrorCatalogue.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is missing in this build");
      }
      return parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The paragraph of {@code code}. */
  Entry of(ErrorCode code) {
    Entry entry = entries.get(code);
    if (entry == null) {
      throw new IllegalStateException(FILE + " has nothing on " + code);
    }
    return entry;
  }

  /** All, in the order of the codes. */
  List<Entry> all() {
    return List.copyOf(entries.values());
  }

  /** The code that is written so, or null. Case does not matter. */
  static @Nullable ErrorCode codeOf(String id) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.id().equalsIgnoreCase(id.strip())) {
        return code;
      }
    }
    return null;
  }

  private static ErrorCatalogue parse(BufferedReader in) throws IOException {
    Map<ErrorCode, Entry> entries = new EnumMap<>(ErrorCode.class);
    String area = "";
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.startsWith("## ")) {
        area = line.substring("## ".length());
      } else if (line.startsWith("MOOR-")) {
        Entry entry = entry(line, area, in);
        if (entries.put(entry.code(), entry) != null) {
          throw new IllegalStateException(FILE + " has " + line + " twice");
        }
      }
    }
    return new ErrorCatalogue(entries);
  }

  private static Entry entry(String id, String area, BufferedReader in) throws IOException {
    ErrorCode code = codeOf(id);
    if (code == null) {
      throw new IllegalStateException(FILE + " has " + id + ", which is no code");
    }
    return new Entry(
        code,
        area,
        field("title", in),
        field("meaning", in),
        List.of(field("causes", in).split(" \\| ", -1)),
        field("check", in),
        field("fix", in));
  }

  private static String field(String name, BufferedReader in) throws IOException {
    String line = in.readLine();
    if (line == null || !line.startsWith(name + ": ")) {
      throw new IllegalStateException(FILE + " wants '" + name + ": ' where it has: " + line);
    }
    return line.substring(name.length() + 2);
  }

  /** For a terminal. */
  static List<String> lines(Entry entry) {
    List<String> lines = new ArrayList<>();
    lines.add(entry.code() + "  " + entry.title());
    lines.add("meaning  " + entry.meaning());
    for (int i = 0; i < entry.causes().size(); i++) {
      lines.add((i == 0 ? "causes   " : "         ") + (i + 1) + ". " + entry.causes().get(i));
    }
    lines.add("check    " + entry.check());
    lines.add("fix      " + entry.fix());
    return lines;
  }
}
