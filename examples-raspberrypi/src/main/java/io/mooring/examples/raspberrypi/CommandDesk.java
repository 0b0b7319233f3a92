package io.mooring.examples.raspberrypi;

import io.mooring.Message;
import io.mooring.examples.raspberrypi.hardware.Hardware;
import io.mooring.examples.raspberrypi.hardware.HardwareException;
import io.mooring.examples.raspberrypi.hardware.Json;
import io.mooring.examples.raspberrypi.hardware.Sensor;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Obeys commands within their deadline, or refuses them, and answers each. The deadline runs from a
 * command's arrival, so that one that waits behind others is not obeyed late. A command may come
 * twice (QoS 1): all of them can be repeated without harm.
 */
final class CommandDesk implements AutoCloseable {
  private static final int WAITING = 16;

  private final Hardware hardware;
  private final HardwareThread thread;
  private final Supplier<LiveSettings> settings;
  private final Consumer<Duration> newInterval;
  private final Answers answers;
  private final LongSupplier nanoTime;
  private final ThreadPoolExecutor clerk = OneThread.named("commands", WAITING);

  /** Where answers go. Any thread. */
  interface Answers {
    /** Sends one: {@code ok: ...} or {@code error: ...}. */
    void send(Message command, String answer);
  }

  /**
   * @param newInterval where a command that changes the time between two readings goes; any thread
   */
  CommandDesk(
      Hardware hardware,
      HardwareThread thread,
      Supplier<LiveSettings> settings,
      Consumer<Duration> newInterval,
      Answers answers,
      LongSupplier nanoTime) {
    this.hardware = hardware;
    this.thread = thread;
    this.settings = settings;
    this.newInterval = newInterval;
    this.answers = answers;
    this.nanoTime = nanoTime;
  }

  /** Takes a command that has just arrived; does not wait for anything. */
  void take(Message command) {
    long arrived = nanoTime.getAsLong();
    try {
      clerk.execute(() -> serve(command, arrived));
    } catch (RejectedExecutionException e) {
      answers.send(
          command, "error: " + WAITING + " commands wait already; this one was not obeyed");
    }
  }

  private void serve(Message command, long arrived) {
    String answer;
    try {
      answer = "ok: " + obey(command, arrived);
    } catch (RefusedCommandException e) {
      answer = "error: " + e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the device stops
      answer = "error: the device stops; not obeyed";
    }
    answers.send(command, answer);
  }

  private String obey(Message message, long arrived)
      throws RefusedCommandException, InterruptedException {
    if (message.retain()) {
      throw new RefusedCommandException("a retained command is not obeyed");
    }
    Command command = Command.parse(name(message), message.payload());
    Duration deadline = deadline(message);
    Duration left = deadline.minusNanos(nanoTime.getAsLong() - arrived);
    if (left.isNegative() || left.isZero()) {
      throw new RefusedCommandException("too late after " + said(deadline) + "; not obeyed");
    }
    return execute(command, left, deadline);
  }

  static String name(Message message) {
    return message.topic().substring(message.topic().lastIndexOf('/') + 1);
  }

  /** Whoever sent the command waits no longer than its Message Expiry Interval (3.3.2.3.3). */
  private Duration deadline(Message command) {
    Duration ours = settings.get().commandDeadline();
    Duration theirs = command.expiry();
    return theirs != null && theirs.compareTo(ours) < 0 ? theirs : ours;
  }

  private String execute(Command command, Duration left, Duration deadline)
      throws RefusedCommandException, InterruptedException {
    if (command instanceof Command.Interval change) {
      newInterval.accept(change.period());
      return "interval is " + change.period().toSeconds() + " s";
    }
    if (command instanceof Command.ShowSettings) {
      return settings.get().toString();
    }
    try {
      return thread.within(
          left,
          command instanceof Command.Switch wish
              ? () -> hardware.led().set(wish.on())
              : this::readAll);
    } catch (TimeoutException e) {
      throw new RefusedCommandException(
          "not done within " + said(deadline) + ": " + e.getMessage(), e);
    } catch (RejectedExecutionException e) {
      throw new RefusedCommandException("too much waits for the hardware; not obeyed", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new RefusedCommandException(String.valueOf(cause == null ? e : cause.getMessage()), e);
    }
  }

  private static String said(Duration deadline) {
    return deadline.toSeconds() + " s";
  }

  private String readAll() {
    Json all = new Json();
    for (Sensor sensor : hardware.sensors()) {
      try {
        all.raw(sensor.name(), sensor.read());
      } catch (HardwareException e) {
        all.raw(sensor.name(), new Json().text("error", String.valueOf(e.getMessage())));
      }
    }
    return all.toString();
  }

  @Override
  public void close() {
    clerk.shutdownNow();
  }
}
