package io.mooring.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Markdown page of the repository and its fenced blocks. */
record Page(Path file, List<String> lines) {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** A fenced block: its language, what it holds, and the line of its first line in the page. */
  record Block(String page, String language, int line, String text) {
    @Override
    public String toString() {
      return page + ":" + line;
    }
  }

  /** Every page that a reader of the repository meets. */
  static List<Page> all() throws IOException {
    List<Page> pages = new ArrayList<>();
    for (Path folder : folders()) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(file -> file.toString().endsWith(".md"))
            .sorted()
            .map(Page::read)
            .forEach(pages::add);
      }
    }
    return pages;
  }

  static Page of(String name) {
    return read(ROOT.resolve(name));
  }

  /** Its path below the root of the repository. */
  String name() {
    return ROOT.relativize(file).toString();
  }

  /** The blocks in this language, in their order. */
  List<Block> blocks(String language) {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).startsWith("```")) {
        continue;
      }
      int first = i + 1;
      int end = first;
      while (end < lines.size() && !lines.get(end).startsWith("```")) {
        end++;
      }
      String found = lines.get(i).substring(3).strip();
      if (found.equals(language)) {
        String text = String.join("\n", lines.subList(first, end)) + "\n";
        blocks.add(new Block(name(), found, first + 1, text));
      }
      i = end;
    }
    return blocks;
  }

  private static List<Path> folders() throws IOException {
    List<Path> folders = new ArrayList<>(List.of(ROOT, ROOT.resolve("docs")));
    try (Stream<Path> children = Files.list(ROOT)) {
      children
          .filter(child -> Files.exists(child.resolve("README.md")))
          .sorted()
          .forEach(folders::add);
    }
    folders
        .subList(2, folders.size())
        .removeIf(folder -> folder.equals(ROOT) || folder.endsWith("docs"));
    return folders;
  }

  private static Page read(Path file) {
    try {
      return new Page(file, Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
