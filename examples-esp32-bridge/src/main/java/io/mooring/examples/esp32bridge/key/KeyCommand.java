package io.mooring.examples.esp32bridge.key;

import io.mooring.identity.Secret;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code key add|list|remove}: gives a board its key, in the keystore and in a file to flash. */
public final class KeyCommand {
  private static final Set<String> OPTIONS = Set.of("--keys", "--storepass-file", "--out");
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private KeyCommand() {}

  /**
   * Runs one command.
   *
   * @throws IllegalArgumentException if it is written wrongly
   * @throws IOException if a file cannot be used
   */
  public static void run(List<String> args, PrintStream out) throws IOException {
    String action = args.isEmpty() ? "" : args.get(0);
    boolean named = action.equals("add") || action.equals("remove");
    if (!named && !action.equals("list")) {
      throw new IllegalArgumentException("key: name one of add, list, remove");
    }
    if (named && (args.size() < 2 || args.get(1).startsWith("--"))) {
      throw new IllegalArgumentException("key " + action + ": name the device");
    }
    Map<String, String> given = options(args.subList(named ? 2 : 1, args.size()));
    Path file = Path.of(require(given, "--keys"));
    try (Secret password = Secret.fromFile(Path.of(require(given, "--storepass-file")))) {
      switch (action) {
        case "add" -> add(args.get(1), file, password, Path.of(require(given, "--out")), out);
        case "remove" -> {
          DeviceKeys.open(file, password).remove(args.get(1));
          out.println(
              "Removed the key of "
                  + args.get(1)
                  + ". Its board is refused from the next"
                  + " start of the bridge on.");
        }
        default -> DeviceKeys.open(file, password).ids().forEach(out::println);
      }
    }
  }

  private static void add(String id, Path file, Secret password, Path board, PrintStream out)
      throws IOException {
    if (!id.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException("'" + id + "' is not 1 to 64 of A-Z a-z 0-9 . _ -");
    }
    if (Files.exists(board)) {
      throw new IOException(board + " is there already; it may be the key of another board");
    }
    byte[] key = DeviceKeys.openOrBegin(file, password).create(id, new SecureRandom());
    byte[] text = hex(key);
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            board,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } finally {
      Arrays.fill(key, (byte) 0);
      Arrays.fill(text, (byte) 0);
    }
    out.println(
        "Key of "
            + id
            + " is in "
            + file
            + ", and for its board in "
            + board
            + ". Flash the board with it, then delete "
            + board
            + ".");
  }

  /** 64 digits and a line end; never a String, which nobody can wipe. */
  private static byte[] hex(byte[] key) {
    byte[] text = new byte[2 * key.length + 1];
    for (int i = 0; i < key.length; i++) {
      text[2 * i] = DIGITS[key[i] >> 4 & 0x0F];
      text[2 * i + 1] = DIGITS[key[i] & 0x0F];
    }
    text[text.length - 1] = '\n';
    return text;
  }

  private static Map<String, String> options(List<String> words) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < words.size(); i += 2) {
      if (!OPTIONS.contains(words.get(i))) {
        throw new IllegalArgumentException("unknown option '" + words.get(i) + "'");
      }
      if (i + 1 == words.size()) {
        throw new IllegalArgumentException(words.get(i) + " needs a value");
      }
      given.put(words.get(i), words.get(i + 1));
    }
    return given;
  }

  private static String require(Map<String, String> given, String option) {
    String value = given.get(option);
    if (value == null) {
      throw new IllegalArgumentException(option + " is missing");
    }
    return value;
  }
}
