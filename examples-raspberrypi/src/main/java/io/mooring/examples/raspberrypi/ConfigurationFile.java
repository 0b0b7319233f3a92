package io.mooring.examples.raspberrypi;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of lines {@code name = value}. A {@code #} at the beginning of a line, or after a blank,
 * begins a comment.
 */
final class ConfigurationFile {
  private static final long LONGEST = 64 * 1024;

  private ConfigurationFile() {}

  /** A value and where it stands: {@code FILE:LINE: NAME}, or the option of the command line. */
  record Given(String value, String place) {}

  /**
   * Reads the file.
   *
   * @param known the names that may be set
   * @param mistakes takes a line for each line that cannot be read
   */
  static Map<String, Given> read(Path file, Set<String> known, List<String> mistakes) {
    Map<String, Given> given = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    int number = 0;
    for (String line : lines(file, mistakes)) {
      number++;
      String content = line.replaceFirst("(^|\\s)#.*", "").strip();
      if (content.isEmpty()) {
        continue;
      }
      String place = file + ":" + number + ": ";
      int equals = content.indexOf('=');
      String name = equals < 0 ? content : content.substring(0, equals).strip();
      if (equals < 0) {
        mistakes.add(place + "not 'name = value': '" + Command.printable(content) + "'");
      } else if (!known.contains(name)) {
        mistakes.add(
            place + "there is no setting '" + Command.printable(name) + "'; known: " + known);
      } else if (given.containsKey(name)) {
        mistakes.add(place + name + " is set a second time; first in line " + lines.get(name));
      } else {
        lines.put(name, number);
        given.put(name, new Given(content.substring(equals + 1).strip(), place + name));
      }
    }
    return given;
  }

  private static List<String> lines(Path file, List<String> mistakes) {
    try {
      if (Files.size(file) > LONGEST) {
        mistakes.add(file + ": longer than 64 KiB; is it the right file?");
        return List.of();
      }
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      mistakes.add(file + ": there is no such file");
    } catch (CharacterCodingException e) {
      mistakes.add(file + ": not UTF-8");
    } catch (IOException e) {
      mistakes.add(file + ": cannot be read: " + e);
    }
    return List.of();
  }
}
