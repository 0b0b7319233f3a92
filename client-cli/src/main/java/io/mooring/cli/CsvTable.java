package io.mooring.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Comma-separated values (RFC 4180): quotes, doubled quotes, line ends within quotes, LF or CRLF, a
 * byte order mark. Fields are characters that can be wiped, since they may be passwords.
 */
final class CsvTable {
  /** One record and the line it begins on. */
  record Line(int line, List<char[]> fields) {
    Line {
      fields = List.copyOf(fields);
    }
  }

  /** What is wrong, with the line it is on. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(int line, String what) {
      super("line " + line + ": " + what);
    }
  }

  private final char[] text;
  private final List<Line> records = new ArrayList<>();
  private final char[] field;
  private int length;
  private int position;
  private int line = 1;

  private CsvTable(char[] text) {
    this.text = text;
    this.field = new char[text.length];
  }

  /**
   * The records of a text, without those of no character.
   *
   * @param text stays the caller's, to be wiped
   * @throws MalformedException if a quote is not closed, or stands where it cannot
   */
  static List<Line> parse(char[] text) throws MalformedException {
    CsvTable table = new CsvTable(text);
    try {
      table.read();
      return List.copyOf(table.records);
    } finally {
      Arrays.fill(table.field, '\0');
    }
  }

  private void read() throws MalformedException {
    if (text.length > 0 && text[0] == '\uFEFF') {
      position = 1;
    }
    while (position < text.length) {
      int begin = line;
      List<char[]> fields = new ArrayList<>();
      boolean more = true;
      while (more) {
        fields.add(field());
        more = position < text.length && text[position] == ',';
        if (more) {
          position++;
        }
      }
      endOfLine();
      if (fields.size() > 1 || fields.get(0).length > 0) {
        records.add(new Line(begin, fields));
      }
    }
  }

  private char[] field() throws MalformedException {
    length = 0;
    if (position < text.length && text[position] == '"') {
      quoted();
    } else {
      while (position < text.length && !isEnd(text[position])) {
        if (text[position] == '"') {
          throw new MalformedException(line, "a quote inside a field that does not begin with one");
        }
        field[length++] = text[position++];
      }
    }
    return Arrays.copyOf(field, length);
  }

  private void quoted() throws MalformedException {
    int begin = line;
    position++;
    while (true) {
      if (position == text.length) {
        throw new MalformedException(begin, "a quote that is not closed");
      }
      char c = text[position++];
      if (c == '"') {
        if (position < text.length && text[position] == '"') {
          position++;
        } else {
          break;
        }
      } else if (c == '\n') {
        line++;
      }
      field[length++] = c;
    }
    if (position < text.length && !isEnd(text[position])) {
      throw new MalformedException(line, "text behind a closing quote");
    }
  }

  private static boolean isEnd(char c) {
    return c == ',' || c == '\n' || c == '\r';
  }

  private void endOfLine() throws MalformedException {
    if (position < text.length && text[position] == '\r') {
      position++;
      if (position < text.length && text[position] != '\n') {
        throw new MalformedException(line, "a carriage return without a line feed");
      }
    }
    if (position < text.length) {
      position++;
      line++;
    }
  }
}
