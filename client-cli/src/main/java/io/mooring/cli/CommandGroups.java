package io.mooring.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The list of commands in {@code --help}, under headings; one that has none is a fault. */
final class CommandGroups {
  private static final int INDENT = 2;

  private final CommandLine line;
  private final Map<String, List<String>> groups = new LinkedHashMap<>();

  private CommandGroups(CommandLine line) {
    this.line = line;
  }

  static CommandGroups of(CommandLine line) {
    return new CommandGroups(line);
  }

  CommandGroups group(String heading, String... commands) {
    groups.put(heading, List.of(commands));
    return this;
  }

  void install() {
    List<String> grouped = new ArrayList<>();
    groups.values().forEach(grouped::addAll);
    if (!grouped.containsAll(line.getSubcommands().keySet())) {
      throw new IllegalStateException("a command of --help is in no group: " + line);
    }
    line.getHelpSectionMap().remove(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING);
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, this::render);
  }

  private String render(Help help) {
    StringBuilder text = new StringBuilder();
    int width =
        help.subcommands().keySet().stream().mapToInt(String::length).max().orElse(0) + INDENT;
    groups.forEach(
        (heading, commands) -> {
          text.append(help.createHeading("%n" + heading + ":%n"));
          text.append(table(help, commands, width));
        });
    return text.toString();
  }

  private static TextTable table(Help help, List<String> commands, int width) {
    int columns = help.commandSpec().usageMessage().width();
    TextTable table =
        TextTable.forColumns(
            help.colorScheme(),
            new Column(width + INDENT, INDENT, Column.Overflow.SPAN),
            new Column(columns - width - INDENT, INDENT, Column.Overflow.WRAP));
    for (String command : commands) {
      Help sub = help.subcommands().get(command);
      if (sub != null) {
        table.addRowValues(
            command, String.join(" ", sub.commandSpec().usageMessage().description()));
      }
    }
    return table;
  }
}
