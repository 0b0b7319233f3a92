package io.mooring.examples.esp32bridge.serial;

import io.mooring.examples.common.Pulse;
import io.mooring.examples.esp32bridge.config.SerialSettings;
import io.mooring.examples.esp32bridge.link.DeviceDirectory;
import io.mooring.examples.esp32bridge.link.LineSettings;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All lines: looks for ports again and again, and opens what is plugged in. */
public final class SerialLeg implements AutoCloseable {
  private final SerialSettings settings;
  private final Ports ports;
  private final DeviceDirectory directory;
  private final LineListener listener;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, LineDriver> lines = new ConcurrentHashMap<>();
  private final Map<String, String> failures = new HashMap<>();
  private final ScheduledExecutorService scanner =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "serial-scan");
            thread.setDaemon(true);
            return thread;
          });

  private volatile long lastScan = System.nanoTime();

  /** A leg whose ports are not open yet. */
  public SerialLeg(
      SerialSettings settings, Ports ports, DeviceDirectory directory, LineListener listener) {
    this.settings = settings;
    this.ports = ports;
    this.directory = directory;
    this.listener = listener;
  }

  /** Opens what is there, and from then on what comes. */
  public void start() {
    lastScan = System.nanoTime();
    ScheduledFuture<?> unused =
        scanner.scheduleWithFixedDelay(
            this::scan, 0, settings.rescan().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void scan() {
    for (SerialSettings.Line line : settings.lines()) {
      for (String name : ports.matching(line.pattern())) {
        if (!lines.containsKey(name)) {
          open(name, line.baud());
        }
      }
    }
    lastScan = System.nanoTime();
  }

  /** How many lines are open, in words. */
  public String standing() {
    return lines.size() + " lines open";
  }

  /** Why no port would be opened any more; null if it would. For the watchdog. */
  public @Nullable String ailment() {
    Duration pause = Duration.ofNanos(System.nanoTime() - lastScan).minus(settings.rescan());
    return Pulse.stuck("ports have not been looked for", pause);
  }

  private void open(String name, int baud) {
    Port port;
    try {
      port = ports.open(name, baud);
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      if (!why.equals(failures.put(name, why))) {
        listener.note("Line " + name + " not opened: " + why); // once, not at each scan
      }
      return;
    }
    failures.remove(name);
    LineSettings how =
        new LineSettings(
            name,
            baud,
            settings.keepAlive(),
            settings.window(),
            settings.payload(),
            settings.floodPause());
    LineDriver driver =
        new LineDriver(how, port, directory, random, listener, () -> lines.remove(name));
    lines.put(name, driver);
    listener.note("Line " + name + " opened at " + baud + " baud");
    driver.start();
  }

  /** Says farewell on each line and closes it. */
  @Override
  public void close() {
    scanner.shutdownNow();
    List.copyOf(lines.values()).forEach(LineDriver::close);
  }
}
