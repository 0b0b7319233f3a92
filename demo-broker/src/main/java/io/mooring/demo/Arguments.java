package io.mooring.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The options of a command line: {@code --name value} and {@code --switch}. */
final class Arguments {
  private final Map<String, String> values = new HashMap<>();
  private final Set<String> switches = new HashSet<>();

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if an option is unknown, twice there or without its value
   */
  Arguments(Set<String> options, Set<String> knownSwitches, String... arguments) {
    Iterator<String> rest = List.of(arguments).iterator();
    while (rest.hasNext()) {
      String name = rest.next();
      if (knownSwitches.contains(name)) {
        switches.add(name);
      } else if (!options.contains(name)) {
        throw new IllegalArgumentException("Unknown option " + name);
      } else if (!rest.hasNext() || values.put(name, rest.next()) != null) {
        throw new IllegalArgumentException("Option " + name + " takes one value, once");
      }
    }
  }

  boolean has(String name) {
    return switches.contains(name);
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  Optional<Path> file(String name) {
    return text(name).map(Path::of);
  }

  int number(String name, int otherwise) {
    try {
      return text(name).map(Integer::parseInt).orElse(otherwise);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Option " + name + " takes a number", e);
    }
  }

  String required(String name) {
    return text(name)
        .orElseThrow(() -> new IllegalArgumentException("Option " + name + " is missing"));
  }

  /** The content of a file that holds one secret, without the line feed at its end. */
  static char[] secret(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      int length = text.length();
      while (length > 0 && (text.charAt(length - 1) == '\n' || text.charAt(length - 1) == '\r')) {
        length--;
      }
      char[] secret = new char[length];
      text.get(secret);
      return secret;
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is not UTF-8", e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
