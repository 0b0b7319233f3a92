package io.mooring.examples.common;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The service manager's end of {@code Type=notify}: sd_notify(3) over the socket that it names in
 * the environment. Without one every call does nothing, so the program runs from a shell as well.
 *
 * <p>Sent from this very process, so that the unit can say {@code NotifyAccess=main}:
 * systemd-notify would be a process of its own, gone before systemd has looked up whose it was.
 */
public final class ServiceManager {
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long NANOS_PER_MICRO = 1000;

  private final @Nullable NotifySocket socket;
  private final @Nullable Duration watchdog;

  private ServiceManager(@Nullable NotifySocket socket, @Nullable Duration watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  /**
   * Reads {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC} and {@code WATCHDOG_PID}.
   *
   * @throws IOException if the socket that is named cannot be used
   * @throws IllegalArgumentException if the environment is not what sd_watchdog_enabled(3)
   *     describes
   */
  public static ServiceManager of(Map<String, String> environment) throws IOException {
    String path = environment.get("NOTIFY_SOCKET");
    if (path == null || path.isEmpty()) {
      return new ServiceManager(null, null);
    }
    return new ServiceManager(new NotifySocket(path), watchdog(environment));
  }

  private static @Nullable Duration watchdog(Map<String, String> environment) {
    String pid = environment.get("WATCHDOG_PID");
    String micros = environment.get("WATCHDOG_USEC");
    if (micros == null
        || (pid != null && !pid.equals(Long.toString(ProcessHandle.current().pid())))) {
      return null;
    }
    if (!micros.matches("[1-9][0-9]{0,17}")) {
      throw new IllegalArgumentException("WATCHDOG_USEC is no number of microseconds: " + micros);
    }
    long value = Long.parseLong(micros);
    return Duration.ofSeconds(
        value / MICROS_PER_SECOND, value % MICROS_PER_SECOND * NANOS_PER_MICRO);
  }

  /** Within which time {@link #alive} must be called, if the unit has a WatchdogSec. */
  public Optional<Duration> watchdog() {
    return Optional.ofNullable(watchdog);
  }

  /** The program does what it is for, or tries to by itself from now on. */
  public void ready(String status) throws IOException {
    send("READY=1\nSTATUS=" + oneLine(status));
  }

  /** One line for {@code systemctl status}. */
  public void status(String status) throws IOException {
    send("STATUS=" + oneLine(status));
  }

  /** To be called only by whoever has just seen that the program lives. */
  public void alive() throws IOException {
    send("WATCHDOG=1");
  }

  public void stopping(String why) throws IOException {
    send("STOPPING=1\nSTATUS=" + oneLine(why));
  }

  private void send(String message) throws IOException {
    if (socket != null) {
      socket.send(message);
    }
  }

  /** A line feed would begin another assignment. */
  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
