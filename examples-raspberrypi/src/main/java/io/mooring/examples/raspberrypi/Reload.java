package io.mooring.examples.raspberrypi;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the settings again when the configuration file has changed. */
final class Reload {
  private final List<String> args;
  private final Map<String, String> environment;
  private final Settings atStart;
  private final ConfigurationWatch watch;

  /** What became of a change: new settings, a line for people, or both. */
  record Outcome(@Nullable LiveSettings live, String said) {}

  Reload(List<String> args, Map<String, String> environment, Settings atStart) {
    this.args = args;
    this.environment = environment;
    this.atStart = atStart;
    this.watch = new ConfigurationWatch(atStart.file());
  }

  /** Null as long as nothing has changed. A file with a mistake in it changes nothing. */
  @Nullable Outcome look() {
    if (!watch.changed()) {
      return null;
    }
    try {
      Settings now = Settings.parse(args, environment);
      String said = "Settings read again: " + now.live();
      List<String> waiting = now.needsRestart(atStart);
      if (!waiting.isEmpty()) {
        said += ". These take a restart: " + String.join(", ", waiting);
      }
      return new Outcome(now.live(), said);
    } catch (SettingsException e) {
      return new Outcome(null, "Settings not taken over, those before stay: " + e.getMessage());
    }
  }
}
