package io.mooring.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands of a page of the documentation: the shell blocks that are marked to be run. */
final class ShellBlocks {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  private ShellBlocks() {}

  /** The words of each command under a mark such as {@code run}, in the order of the page. */
  static List<List<String>> of(String page, String mark) throws IOException {
    Pattern blocks =
        Pattern.compile("<!-- " + Pattern.quote(mark) + " -->\n```sh\n(.*?)```", Pattern.DOTALL);
    List<List<String>> commands = new ArrayList<>();
    Matcher block = blocks.matcher(Files.readString(root().resolve("docs").resolve(page)));
    while (block.find()) {
      for (String line : block.group(1).replace("\\\n", " ").split("\n", -1)) {
        if (!line.isBlank()) {
          commands.add(words(line));
        }
      }
    }
    return commands;
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words;
  }

  /** The root of the repository. */
  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("docs")) ? here : here.getParent();
  }
}
