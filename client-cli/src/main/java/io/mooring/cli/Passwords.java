package io.mooring.cli;

import io.mooring.error.CredentialException;
import io.mooring.identity.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads secrets from a file, from standard input or from a person; never from an argument. */
final class Passwords {
  private static final String STANDARD_INPUT = "-";
  private static final int MAX_BYTES = 64 * 1024;
  private static final int RANDOM_BYTES = 32;

  private Passwords() {}

  /** Whether the option names standard input. */
  static boolean isStandardInput(@Nullable Path file) {
    return file != null && file.toString().equals(STANDARD_INPUT);
  }

  /**
   * Reads a secret that the caller destroys.
   *
   * @param option the option that names the file, for messages
   * @param file a file, {@code -} for the first line of standard input, or null to ask
   */
  static Secret read(Terminal terminal, String option, @Nullable Path file, String question) {
    if (file == null) {
      return ask(terminal, option, question);
    }
    if (isStandardInput(file)) {
      return firstLine(terminal, option);
    }
    warnIfReadable(terminal, option, file);
    return Secret.fromFile(file);
  }

  /**
   * A new password of 256 random bits in base64, and a line end, as a password file holds it. The
   * caller wipes it.
   */
  static byte[] random() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    byte[] text = Base64.getEncoder().encode(random);
    byte[] line = Arrays.copyOf(text, text.length + 1);
    line[text.length] = '\n';
    Arrays.fill(random, (byte) 0);
    Arrays.fill(text, (byte) 0);
    return line;
  }

  /** A pipe or a mounted secret may have to be open, so this does not refuse. */
  static void warnIfReadable(Terminal terminal, String option, Path file) {
    try {
      PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
      if (view == null) {
        return;
      }
      Set<PosixFilePermission> mode = view.readAttributes().permissions();
      if (mode.contains(PosixFilePermission.GROUP_READ)
          || mode.contains(PosixFilePermission.OTHERS_READ)) {
        terminal.say(
            "warning: "
                + option
                + " "
                + file
                + " can be read by group or others (mode "
                + PosixFilePermissions.toString(mode)
                + "). Run: chmod 600 "
                + file);
      }
    } catch (IOException e) {
      terminal.detail("the mode of " + file + " cannot be read: " + e);
    }
  }

  private static Secret ask(Terminal terminal, String option, String question) {
    char[] answer = terminal.ask(question + ": ");
    if (answer == null) {
      throw new UsageException(
          "Missing required option '" + option + " FILE' (there is no terminal to ask at)");
    }
    try {
      return nonEmpty(Secret.of(answer), answer.length);
    } finally {
      Arrays.fill(answer, '\0');
    }
  }

  private static Secret firstLine(Terminal terminal, String option) {
    byte[] line = new byte[MAX_BYTES];
    int length = 0;
    try {
      for (int b = terminal.in().read(); b >= 0 && b != '\n'; b = terminal.in().read()) {
        if (length == MAX_BYTES) {
          throw new CredentialException(
              option + " -: the first line of standard input is longer than 65536 bytes.");
        }
        line[length++] = (byte) b;
      }
      if (length > 0 && line[length - 1] == '\r') {
        length--;
      }
      byte[] exact = Arrays.copyOf(line, length);
      try {
        return nonEmpty(Secret.ofUtf8(exact), length);
      } finally {
        Arrays.fill(exact, (byte) 0);
      }
    } catch (IOException e) {
      throw new CredentialException(option + " -: standard input cannot be read: " + e + ".", e);
    } finally {
      Arrays.fill(line, (byte) 0);
    }
  }

  private static Secret nonEmpty(Secret secret, int length) {
    if (length == 0) {
      throw new CredentialException("The password is empty. Give the one that the broker knows.");
    }
    return secret;
  }
}
