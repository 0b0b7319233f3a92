package io.mooring.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Where the library's log goes in this program: warnings as one line each on standard error, and
 * with {@code --verbose} also what is below them. Public only because the JDK instantiates it.
 */
public final class StderrLoggers extends System.LoggerFinder {
  private static volatile PrintStream target =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
  private static volatile System.Logger.Level threshold = System.Logger.Level.WARNING;

  /** For the JDK's service loader. */
  public StderrLoggers() {}

  /** Sends all that is logged from now on to {@code stream}. */
  static void configure(PrintStream stream, boolean verbose) {
    target = stream;
    threshold = verbose ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING;
  }

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new Line(name);
  }

  private static final class Line implements System.Logger {
    private final String name;

    Line(String name) {
      this.name = name;
    }

    @Override
    public String getName() {
      return name;
    }

    /**
     * The JDK's own loggers stay at warnings: their chatter is not about this program. A command
     * says itself why it has no connection, in its last line.
     */
    @Override
    public boolean isLoggable(Level level) {
      Level from = name.startsWith("io.mooring") ? threshold : Level.WARNING;
      if (name.equals("io.mooring.connection") && from == Level.WARNING) {
        from = Level.ERROR;
      }
      return level != Level.OFF && level.getSeverity() >= from.getSeverity();
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      if (!isLoggable(level)) {
        return;
      }
      PrintStream stream = target;
      String text = localized(bundle, String.valueOf(message));
      stream.println(
          "mooring: " + level.getName().toLowerCase(Locale.ROOT) + ": " + Terminal.printable(text));
      if (thrown != null && threshold.getSeverity() < Level.WARNING.getSeverity()) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        stream.print(trace);
      }
      stream.flush();
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object... parameters) {
      if (!isLoggable(level)) {
        return;
      }
      String pattern = localized(bundle, String.valueOf(format));
      String text =
          parameters == null || parameters.length == 0
              ? pattern
              : new MessageFormat(pattern, Locale.ROOT).format(parameters);
      log(level, null, text, (Throwable) null);
    }

    private static String localized(@Nullable ResourceBundle bundle, String key) {
      if (bundle == null) {
        return key;
      }
      try {
        return bundle.getString(key);
      } catch (MissingResourceException e) {
        return key; // what is not in the bundle is the message itself
      }
    }
  }
}
