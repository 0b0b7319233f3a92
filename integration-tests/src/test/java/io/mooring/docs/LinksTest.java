package io.mooring.docs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between the pages lead somewhere, and every page of docs/ is reached from the README. */
class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  @Test
  void everyRelativeLink_leadsToAFileAndAHeading() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Page page : Page.all()) {
      for (String target : links(page)) {
        if (!target.matches("[a-z]+:.*") && !leadsSomewhere(page, target)) {
          broken.add(page.name() + " -> " + target);
        }
      }
    }
    assertTrue(broken.isEmpty(), () -> String.join("\n", broken));
  }

  @Test
  void everyPageOfDocs_isNamedInTheReadme() throws IOException {
    List<String> named = links(Page.of("README.md"));
    try (Stream<Path> pages = Files.list(Page.ROOT.resolve("docs"))) {
      List<String> missing =
          pages
              .map(file -> "docs/" + file.getFileName())
              .filter(name -> name.endsWith(".md") && !named.contains(name))
              .sorted()
              .toList();
      assertTrue(missing.isEmpty(), () -> "not linked from README.md: " + missing);
    }
  }

  private static List<String> links(Page page) {
    Matcher link = LINK.matcher(String.join("\n", page.lines()));
    return link.results().map(found -> found.group(1)).toList();
  }

  private static boolean leadsSomewhere(Page page, String target) throws IOException {
    int hash = target.indexOf('#');
    String path = hash < 0 ? target : target.substring(0, hash);
    Path file = path.isEmpty() ? page.file() : page.file().resolveSibling(path).normalize();
    if (!Files.exists(file)) {
      return false;
    }
    return hash < 0 || headings(file).contains(target.substring(hash + 1));
  }

  private static List<String> headings(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ *", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
        .toList();
  }
}
