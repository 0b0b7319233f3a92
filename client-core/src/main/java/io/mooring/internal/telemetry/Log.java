package io.mooring.internal.telemetry;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The loggers of client-core by the names that docs/TELEMETRY.md promises. A logger is asked for
 * when something is to be said, and not before: the platform's logging costs more than a hundred
 * classes, and most connections have nothing to say until they work.
 */
public enum Log {
  /** Attempts, connections, what ends them. */
  CONNECTION("io.mooring.connection"),
  /** Trust, pins, dates. */
  TLS("io.mooring.tls"),
  /** Subscriptions, and messages that nobody asked for. */
  SESSION("io.mooring.session"),
  /** Messages kept on disk. */
  OUTBOX("io.mooring.outbox"),
  /** Messages that came faster than they were taken. */
  FLOOD("io.mooring.flood"),
  /** Other material tried on a running client. */
  ROTATION("io.mooring.rotation"),
  /** Listening sockets of this process. */
  AUDIT("io.mooring.audit"),
  /** The application's own code: handlers, listeners, executors. */
  CALLBACK("io.mooring.callback"),
  /** Whatever weakens a default. */
  DANGEROUS("io.mooring.dangerous"),
  /** Events, metrics, traces. */
  TELEMETRY("io.mooring.telemetry"),
  /** The event loop; a fault of Mooring's own. */
  LOOP("io.mooring.loop");

  private final String title;

  Log(String title) {
    this.title = title;
  }

  /** The name of the logger. */
  public String title() {
    return title;
  }

  /** Says {@code text} as it stands. */
  public void log(Level level, String text) {
    System.getLogger(title).log(level, text);
  }

  /** Says {@code text} as it stands, and what was thrown. */
  public void log(Level level, String text, Throwable thrown) {
    System.getLogger(title).log(level, text, thrown);
  }

  /** Says {@code format} with its parameters, as {@link java.text.MessageFormat} has it. */
  public void log(Level level, String format, @Nullable Object... parameters) {
    System.getLogger(title).log(level, format, parameters);
  }

  /** Says {@code text} of a connection attempt, whose identifier comes first. */
  public void of(String attempt, Level level, String text) {
    System.getLogger(title).log(level, prefixed(attempt, text));
  }

  /** The same, and what was thrown. */
  public void of(String attempt, Level level, String text, Throwable thrown) {
    System.getLogger(title).log(level, prefixed(attempt, text), thrown);
  }

  private static String prefixed(String attempt, String text) {
    return attempt.isEmpty() ? text : "[" + attempt + "] " + text;
  }
}
