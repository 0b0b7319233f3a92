package io.mooring.examples.esp32bridge.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The form of the file: {@code [kind]} or {@code [kind name]}, then {@code key = value}; {@code #}
 * begins a comment where a line begins or after a blank.
 */
final class ConfigFile {
  private static final Pattern HEADING = Pattern.compile("\\[([a-z]+)(?: +(\\S+))?\\]");
  private static final Pattern SETTING = Pattern.compile("([a-z][a-z-]*)\\s*=\\s*(.*)");
  // A topic filter may end in /#, so a comment needs a blank before it and one after.
  private static final Pattern COMMENT = Pattern.compile("^#.*|\\s#(\\s.*)?$");

  private ConfigFile() {}

  static List<Section> parse(List<String> lines, Problems problems) {
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String text = COMMENT.matcher(lines.get(i).strip()).replaceFirst("").strip();
      int line = i + 1;
      Matcher heading = HEADING.matcher(text);
      Matcher setting = SETTING.matcher(text);
      if (heading.matches()) {
        String name = heading.group(2);
        sections.add(new Section(heading.group(1), name == null ? "" : name, line, problems));
      } else if (!text.isEmpty() && !setting.matches()) {
        problems.add(line, "'" + text + "' is neither [section] nor key = value");
      } else if (!text.isEmpty() && sections.isEmpty()) {
        problems.add(line, "'" + text + "' stands before the first [section]");
      } else if (!text.isEmpty() && setting.group(2).isEmpty()) {
        problems.add(line, "'" + setting.group(1) + "' has no value; leave the line out instead");
      } else if (!text.isEmpty()) {
        sections.get(sections.size() - 1).put(setting.group(1), setting.group(2), line);
      }
    }
    return sections;
  }
}
