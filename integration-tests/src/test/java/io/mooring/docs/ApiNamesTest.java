package io.mooring.docs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The types and methods that the tables of docs/MIGRATING.md and docs/MQTT5.md name exist, and take
 * as many arguments as they are shown with.
 */
class ApiNamesTest {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** {@code Type}, {@code Type.method}, {@code method(a, b)}, {@code new Type(a)}. */
  private static final Pattern NAME =
      Pattern.compile("(?:new )?((?:[A-Z]\\w*\\.)*)(\\w+)(?:\\((.*)\\))?");

  private static Library mooring;
  private static Library paho;
  private static Library hiveMq;

  /** The public types of a library. */
  private record Library(String name, List<JavaClass> types) {
    static Library of(String name, Path jar, String root) throws IOException {
      try (JarFile file = new JarFile(jar.toFile())) {
        return of(name, new ClassFileImporter().importJar(file).stream(), root);
      }
    }

    static Library of(String name, Stream<JavaClass> found, String root) {
      List<JavaClass> types =
          found
              .filter(type -> type.getPackageName().startsWith(root))
              .filter(type -> !type.getPackageName().contains(".internal"))
              .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
              .toList();
      assertFalse(types.isEmpty(), () -> "no public types of " + name);
      return new Library(name, types);
    }

    /** True if {@code code} is a type of this library or a method of one. */
    boolean has(String code) {
      Matcher name = NAME.matcher(code);
      if (!name.matches()) {
        return false;
      }
      String owner = name.group(1).replaceFirst("\\.$", "");
      String last = name.group(2);
      if (Character.isUpperCase(last.charAt(0))) {
        String type = owner.isEmpty() ? last : owner + "." + last;
        return types.stream()
            .filter(each -> isNamed(each, type))
            .anyMatch(
                each ->
                    name.group(3) == null
                        || each.getConstructors().stream()
                            .anyMatch(c -> takes(c.getRawParameterTypes().size(), name.group(3))));
      }
      return types.stream()
          .filter(each -> owner.isEmpty() || isNamed(each, owner))
          .flatMap(each -> each.getMethods().stream())
          .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
          .filter(method -> method.getName().equals(last))
          .anyMatch(method -> takes(method.getRawParameterTypes().size(), name.group(3)));
    }

    private static boolean isNamed(JavaClass type, String name) {
      return ("." + type.getName().replace('$', '.')).endsWith("." + name);
    }

    private static boolean takes(int parameters, String shown) {
      if (shown == null || shown.equals("...")) {
        return true;
      }
      return parameters == (shown.isBlank() ? 0 : shown.split(",").length);
    }
  }

  @BeforeAll
  static void libraries() throws Exception {
    mooring =
        Library.of(
            "Mooring", new ClassFileImporter().importPackages("io.mooring").stream(), "io.mooring");
    Class<?> inPaho = Class.forName("org.eclipse.paho.mqttv5.client.MqttCallback");
    paho =
        Library.of(
            "Paho",
            Path.of(inPaho.getProtectionDomain().getCodeSource().getLocation().toURI()),
            "org.eclipse.paho.mqttv5");
    try (Stream<Path> peers = Files.list(Path.of("target", "peers"))) {
      Path jar =
          peers
              .filter(file -> file.getFileName().toString().startsWith("hivemq-mqtt-client-"))
              .findFirst()
              .orElseThrow();
      hiveMq = Library.of("HiveMQ's client", jar, "com.hivemq.client.mqtt");
    }
  }

  @Test
  void migrating_namesWhatIsThere() {
    List<List<String>> rows = rows(Page.of("docs/MIGRATING.md"), "## What to write for what");
    List<String> missing = new ArrayList<>();
    for (List<String> row : rows) {
      missing.addAll(missing(paho, row.get(0)));
      missing.addAll(missing(hiveMq, row.get(1)));
      missing.addAll(missing(mooring, ofClientOrBuilder(row.get(2))));
    }
    assertTrue(rows.size() >= 10, () -> "only " + rows.size() + " rows");
    assertTrue(missing.isEmpty(), () -> String.join("\n", missing));
  }

  @Test
  void mqtt5_namesWhatIsThere() {
    List<List<String>> rows = rows(Page.of("docs/MQTT5.md"), "## Features");
    List<String> missing =
        rows.stream().flatMap(row -> missing(mooring, row.get(2)).stream()).toList();
    assertTrue(rows.size() >= 30, () -> "only " + rows.size() + " rows");
    assertTrue(missing.isEmpty(), () -> String.join("\n", missing));
  }

  /**
   * A method that is named without its type is one of the builder, or {@code start} of a client.
   */
  private static String ofClientOrBuilder(String cell) {
    return cell.replace("`start(", "`SecureMqttClient.start(")
        .replaceAll("`([a-z]\\w*\\()", "`ClientBuilder.$1");
  }

  /** What begins with a dollar sign is a Topic Filter. */
  private static List<String> missing(Library library, String cell) {
    return CODE.matcher(cell)
        .results()
        .map((MatchResult code) -> code.group(1))
        .filter(code -> !code.startsWith("$"))
        .filter(code -> !library.has(code))
        .map(code -> library.name() + " has no " + code)
        .toList();
  }

  /** The cells of the tables under a heading, without the first two lines of each. */
  private static List<List<String>> rows(Page page, String heading) {
    int begin = page.lines().indexOf(heading);
    assertTrue(begin >= 0, () -> page.name() + " has no heading " + heading);
    List<List<String>> rows = new ArrayList<>();
    for (int i = begin + 1;
        i < page.lines().size() && !page.lines().get(i).startsWith("## ");
        i++) {
      String line = page.lines().get(i);
      if (line.startsWith("|---")) {
        rows.remove(rows.size() - 1);
      } else if (line.startsWith("|")) {
        rows.add(
            Stream.of(line.substring(1, line.length() - 1).split("\\|"))
                .map(String::strip)
                .toList());
      }
    }
    return rows;
  }
}
