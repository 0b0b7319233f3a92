package io.mooring.examples.raspberrypi;

import io.mooring.error.MooringException;
import io.mooring.examples.common.ServiceManager;
import io.mooring.examples.common.Shutdown;
import io.mooring.examples.raspberrypi.hardware.Hardware;
import io.mooring.examples.raspberrypi.hardware.Simulated;
import io.mooring.examples.raspberrypi.hardware.Wired;
import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs12Identity;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A device as it ships: what it is allowed to trust and to be lies in one keystore file, it calls
 * out to one broker, reports, obeys four commands, and listens on no port.
 *
 * <p>This class starts and ends it; {@link Device} is what it does in between.
 */
public final class RaspberryPi {
  static final int STOPPED = 0;
  static final int FAILED = 1;
  private static final int USAGE = 2;

  private RaspberryPi() {}

  /** Runs until SIGTERM or Ctrl-C. Exit codes: 0 stopped, 1 failed for good, 2 wrong settings. */
  public static void main(String[] args) throws InterruptedException {
    BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    Shutdown shutdown = Shutdown.onSignal(() -> events.add(new Event.Stop("signal")));
    int status = FAILED;
    try {
      status = run(List.of(args), events);
    } finally {
      shutdown.ended(status);
    }
    System.exit(status);
  }

  private static int run(List<String> args, BlockingQueue<Event> events)
      throws InterruptedException {
    Settings settings;
    try {
      settings = Settings.parse(args, System.getenv());
    } catch (SettingsException e) {
      // The usage helps whoever types options, not whoever edits a file.
      boolean typed = !args.contains("--config");
      return failed(USAGE, e.getMessage() + (typed ? "\n\n" + Settings.USAGE : ""));
    }
    if (settings.checkOnly()) {
      say("The settings are in order: " + settings.live());
      return STOPPED;
    }
    if (settings.stopWithStdin()) {
      Shutdown.atEndOfInput(() -> events.add(new Event.Stop("standard input closed")));
    }
    try (Secret storepass = Secret.fromFile(settings.storepassFile());
        Pkcs12Identity keystore = Pkcs12Identity.open(settings.keystore(), storepass);
        Hardware hardware = settings.mock() ? new Simulated() : Wired.open(settings.wiring());
        HardwareThread thread = new HardwareThread()) {
      keystore.warnings().forEach(warning -> say("Warning: " + warning));
      ServiceManager manager = ServiceManager.of(System.getenv());
      var reload = new Reload(args, System.getenv(), settings);
      return new Device(settings, keystore, hardware, thread, manager, reload, events).serve();
    } catch (MooringException | IllegalArgumentException | IOException e) {
      return failed(FAILED, e.getMessage());
    }
  }

  static void say(String line) {
    System.out.println(line);
  }

  static int failed(int status, @Nullable String message) {
    System.out.flush();
    System.err.println("STOPPED: " + message);
    return status;
  }
}
