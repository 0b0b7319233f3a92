package io.mooring.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The BOM has no parent to take its version and its list from: this holds both in step. */
class BomTest {
  private static final Pattern ARTIFACT =
      Pattern.compile("<artifactId>(client-[a-z]+)</artifactId>");
  private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");

  /** Modules named client-* that no device links in. */
  private static final Set<String> NOT_LINKED = Set.of("client-testkit", "client-cli");

  @Test
  void bom_namesEveryLibrary_inOneVersion() throws IOException {
    String root = Files.readString(Path.of("..", "pom.xml"));
    String bom =
        Files.readString(Path.of("..", "bom", "pom.xml")).replaceFirst("(?s)<build>.*", "");
    Set<String> modules;
    try (Stream<Path> folders = Files.list(Path.of(".."))) {
      modules =
          folders
              .filter(folder -> Files.exists(folder.resolve("pom.xml")))
              .map(folder -> folder.getFileName().toString())
              .filter(name -> name.startsWith("client-") && !NOT_LINKED.contains(name))
              .collect(Collectors.toCollection(TreeSet::new));
    }

    assertEquals(modules, found(ARTIFACT, bom));
    assertEquals(Set.of(version(root)), found(VERSION, bom));
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(hit -> hit.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String version(String pom) {
    return VERSION.matcher(pom).results().findFirst().orElseThrow().group(1);
  }
}
