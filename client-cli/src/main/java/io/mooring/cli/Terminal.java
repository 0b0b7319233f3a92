package io.mooring.cli;

import io.mooring.error.MooringException;
import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The streams of the process: results go to {@code out}, everything else to {@code err}. */
final class Terminal {
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final Function<String, char @Nullable []> prompt;
  private boolean verbose;

  Terminal(
      InputStream in,
      PrintStream out,
      PrintStream err,
      Function<String, char @Nullable []> prompt) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.prompt = prompt;
  }

  /** The process's own, in UTF-8 whatever the locale says. */
  static Terminal ofProcess() {
    return new Terminal(
        new FileInputStream(FileDescriptor.in),
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
            false,
            StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Terminal::askConsole);
  }

  InputStream in() {
    return in;
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }

  /** Asks for a password without echo; null where nobody can be asked. */
  char @Nullable [] ask(String question) {
    return prompt.apply(question);
  }

  /** Whether {@link #detail} speaks and {@link #fail} shows stack traces. */
  void verbose(boolean wanted) {
    verbose = wanted;
  }

  /** {@link #say}, but only if somebody wants to know. */
  void detail(String text) {
    if (verbose) {
      say(text);
    }
  }

  /** Says what failed, in one line. */
  void fail(Exception failure) {
    say(inWords(failure));
    if (verbose) {
      failure.printStackTrace(err);
    }
  }

  /** The message, and the code by which docs/ERRORS.md says more. */
  static String inWords(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) {
      return failure.toString();
    }
    return failure instanceof MooringException known
        ? message + " [" + known.code() + "]"
        : message;
  }

  /** Prints one line to {@code err}, whatever line ends and control characters the text holds. */
  void say(String text) {
    err.println("mooring: " + printable(text));
    err.flush();
  }

  /** Prints one line of a result to {@code out}. */
  void result(String line) {
    out.print(printable(line) + "\n");
    flush();
  }

  /** Hands on what was printed, and notices when nobody takes it. */
  void flush() {
    if (out.checkError()) {
      throw new OutputException();
    }
  }

  /** Text of a peer cannot move the cursor or forge a line: control characters become escapes. */
  static String printable(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              int type = Character.getType(c);
              if (type == Character.CONTROL
                  || type == Character.FORMAT
                  || type == Character.LINE_SEPARATOR
                  || type == Character.PARAGRAPH_SEPARATOR
                  || type == Character.SURROGATE) {
                safe.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                safe.appendCodePoint(c);
              }
            });
    return safe.toString();
  }

  @SuppressWarnings("SystemConsoleNull") // isTerminal() is what newer JDKs are asked
  private static char @Nullable [] askConsole(String question) {
    Console console = System.console();
    return console == null || !isTerminal(console) ? null : console.readPassword("%s", question);
  }

  /** JDK 22 and newer have a console without a terminal, too, and a method that 17 lacks. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
