package io.mooring.examples.raspberrypi;

import io.mooring.Message;
import io.mooring.ReceivedMessage;
import io.mooring.examples.raspberrypi.hardware.Hardware;
import io.mooring.examples.raspberrypi.hardware.HardwareException;
import io.mooring.examples.raspberrypi.hardware.Json;
import io.mooring.examples.raspberrypi.hardware.Sensor;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Obeys commands within their deadline, or refuses them, and answers each. A command may come twice
 * (QoS 1): all of them can be repeated without harm.
 */
final class CommandDesk {
  private final Hardware hardware;
  private final HardwareThread thread;
  private final Supplier<LiveSettings> settings;
  private final Events events;

  /** Where a command that changes the device's own loop goes. */
  interface Events {
    void newInterval(Duration interval);
  }

  CommandDesk(
      Hardware hardware, HardwareThread thread, Supplier<LiveSettings> settings, Events events) {
    this.hardware = hardware;
    this.thread = thread;
    this.settings = settings;
    this.events = events;
  }

  /** The answer: {@code ok: ...} or {@code error: ...}. Takes no longer than the deadline. */
  String obey(ReceivedMessage received) throws InterruptedException {
    String name = received.topic().substring(received.topic().lastIndexOf('/') + 1);
    try {
      if (received.message().retain()) {
        throw new RefusedCommandException("a retained command is not obeyed");
      }
      Command command = Command.parse(name, received.payload());
      return "ok: " + execute(command, deadline(received.message()));
    } catch (RefusedCommandException e) {
      return "error: " + e.getMessage();
    }
  }

  /** Whoever sent the command waits no longer than its Message Expiry Interval (3.3.2.3.3). */
  private Duration deadline(Message command) {
    Duration ours = settings.get().commandDeadline();
    Duration theirs = command.expiry();
    return theirs != null && theirs.compareTo(ours) < 0 ? theirs : ours;
  }

  private String execute(Command command, Duration deadline)
      throws RefusedCommandException, InterruptedException {
    if (command instanceof Command.Interval change) {
      events.newInterval(change.period());
      return "interval is " + change.period().toSeconds() + " s";
    }
    if (command instanceof Command.ShowSettings) {
      return settings.get().toString();
    }
    try {
      return thread.within(
          deadline,
          command instanceof Command.Switch wish
              ? () -> hardware.led().set(wish.on())
              : this::readAll);
    } catch (TimeoutException e) {
      throw new RefusedCommandException(
          "not done within " + deadline.toSeconds() + " s; it may still happen", e);
    } catch (RejectedExecutionException e) {
      throw new RefusedCommandException("too many commands wait for the hardware", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new RefusedCommandException(String.valueOf(cause == null ? e : cause.getMessage()), e);
    }
  }

  private String readAll() {
    Json all = new Json();
    for (Sensor sensor : hardware.sensors()) {
      try {
        all.raw(sensor.name(), sensor.read());
      } catch (HardwareException e) {
        all.raw(sensor.name(), new Json().text("error", String.valueOf(e.getMessage())).toString());
      }
    }
    return all.toString();
  }
}
