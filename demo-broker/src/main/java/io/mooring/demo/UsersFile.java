package io.mooring.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The users of a demo broker on disk, one {@linkplain DemoUser#toLine() line} each. Readable by its
 * owner only: StoredKey lets one guess passwords offline, and ServerKey lets one pose as the
 * broker.
 */
public final class UsersFile {
  private UsersFile() {}

  /**
   * Reads all users; blank lines and lines that begin with {@code #} are skipped.
   *
   * @throws IOException if the file cannot be read or a line is no user; the message names the line
   */
  public static List<DemoUser> read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<DemoUser> users = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      try {
        users.add(DemoUser.parse(line));
      } catch (IllegalArgumentException e) {
        throw new IOException("%s, line %d: %s".formatted(file, i + 1, e.getMessage()), e);
      }
    }
    return users;
  }

  /** Adds a user to the end of the file, which is made, 0600, if it is not there. */
  public static void append(Path file, DemoUser user) throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (var channel =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), ownerOnly)) {
      channel.write(ByteBuffer.wrap((user.toLine() + "\n").getBytes(StandardCharsets.UTF_8)));
    }
  }
}
