package io.mooring.cli;

import io.mooring.identity.Secret;
import io.mooring.scram.ScramCredential;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Reads the list of a fleet and finds all its mistakes before anything is made. */
final class FleetCsv {
  private static final int MAX_BYTES = 64 * 1024 * 1024;
  private static final int MAX_MISTAKES = 20;
  private static final List<String> COLUMNS =
      List.of("name", "client-id", "subject", "user", "password");

  private final Path file;
  private final List<String> mistakes = new ArrayList<>();
  private final Map<String, Integer> names = new HashMap<>();
  private final Map<String, Integer> clientIds = new HashMap<>();
  private final Map<String, Integer> users = new HashMap<>();

  private FleetCsv(Path file) {
    this.file = file;
  }

  /**
   * The devices, in the order of the file.
   *
   * @throws UsageException if there is none, or any line is wrong; every mistake was said by then
   */
  static List<FleetRow> read(Terminal terminal, Path file) {
    Passwords.warnIfReadable(terminal, "--csv", file);
    byte[] bytes = WholeFile.read("CSV file", file, MAX_BYTES);
    char[] text = decode(file, bytes);
    try {
      return new FleetCsv(file).rows(terminal, CsvTable.parse(text));
    } catch (CsvTable.MalformedException e) {
      throw new UsageException("--csv " + file + ", " + e.getMessage());
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(text, '\0');
    }
  }

  private static char[] decode(Path file, byte[] bytes) {
    try {
      CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      char[] text = new char[decoded.remaining()];
      decoded.get(text);
      Arrays.fill(decoded.array(), '\0');
      return text;
    } catch (CharacterCodingException e) {
      throw new UsageException("--csv " + file + " is not UTF-8. Save it as UTF-8");
    }
  }

  private List<FleetRow> rows(Terminal terminal, List<CsvTable.Line> records) {
    if (records.size() < 2) {
      throw new UsageException(
          "--csv " + file + " needs a first line with the columns, and a line for each device");
    }
    List<String> columns = columns(records.get(0));
    List<FleetRow> rows = new ArrayList<>();
    for (CsvTable.Line record : records.subList(1, records.size())) {
      FleetRow row = row(columns, record);
      if (row != null) {
        rows.add(row);
      }
      record.fields().forEach(field -> Arrays.fill(field, '\0'));
    }
    mistakes.stream()
        .limit(MAX_MISTAKES)
        .forEach(mistake -> terminal.say("--csv " + file + ", " + mistake));
    if (!mistakes.isEmpty()) {
      throw new UsageException(
          mistakes.size() + " mistakes in --csv " + file + "; nothing was made");
    }
    return List.copyOf(rows);
  }

  private List<String> columns(CsvTable.Line header) {
    List<String> columns =
        header.fields().stream()
            .map(field -> new String(field).strip().toLowerCase(Locale.ROOT))
            .toList();
    for (String column : columns) {
      if (!COLUMNS.contains(column) || columns.indexOf(column) != columns.lastIndexOf(column)) {
        throw new UsageException(
            "--csv "
                + file
                + ", line "
                + header.line()
                + ": the column '"
                + column
                + "' is unknown or there twice; columns are "
                + COLUMNS);
      }
    }
    if (!columns.contains("name")) {
      throw new UsageException(
          "--csv " + file + ", line " + header.line() + ": there is no column 'name'");
    }
    return columns;
  }

  private @Nullable FleetRow row(List<String> columns, CsvTable.Line record) {
    int line = record.line();
    if (record.fields().size() != columns.size()) {
      return mistake(
          line, record.fields().size() + " fields, but the first line has " + columns.size());
    }
    try {
      String name = Bundle.requireName(text(columns, record, "name", ""));
      String clientId = Bundle.requireClientId(text(columns, record, "client-id", name));
      String user = text(columns, record, "user", name);
      X500Principal subject = subject(text(columns, record, "subject", ""), name);
      char[] password = field(columns, record, "password");
      requireUser(user);
      requireOnly(names, name.toLowerCase(Locale.ROOT), line, "name");
      requireOnly(clientIds, clientId, line, "client-id");
      requireOnly(users, user, line, "user");
      return new FleetRow(
          line, name, clientId, subject, user, password.length == 0 ? null : Secret.of(password));
    } catch (IllegalArgumentException e) {
      return mistake(line, String.valueOf(e.getMessage()));
    }
  }

  private static X500Principal subject(String text, String name) {
    if (text.isEmpty()) {
      return new X500Principal("CN=" + name);
    }
    try {
      return new X500Principal(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the subject '" + text + "' is no distinguished name (RFC 4514), as in CN=x,O=y", e);
    }
  }

  private static void requireUser(String user) {
    if (user.getBytes(StandardCharsets.UTF_8).length > ScramCredential.MAX_USER_NAME_BYTES
        || user.codePoints().anyMatch(c -> Character.getType(c) == Character.CONTROL)) {
      throw new IllegalArgumentException(
          "the user has more than "
              + ScramCredential.MAX_USER_NAME_BYTES
              + " bytes or a control character");
    }
  }

  /** Names are compared without regard to case: some file systems do. */
  private static void requireOnly(
      Map<String, Integer> seen, String value, int line, String column) {
    Integer first = seen.putIfAbsent(value, line);
    if (first != null) {
      throw new IllegalArgumentException(
          "the " + column + " '" + value + "' is that of line " + first + ", too");
    }
  }

  private @Nullable FleetRow mistake(int line, String what) {
    mistakes.add("line " + line + ": " + what);
    return null;
  }

  private static String text(
      List<String> columns, CsvTable.Line record, String column, String otherwise) {
    String text = new String(field(columns, record, column)).strip();
    return text.isEmpty() ? otherwise : text;
  }

  private static char[] field(List<String> columns, CsvTable.Line record, String column) {
    int at = columns.indexOf(column);
    return at < 0 ? new char[0] : record.fields().get(at);
  }
}
