package io.mooring.examples.esp32bridge.config;

import java.nio.file.Path;
import java.util.List;

/** A configuration that cannot be used: each line that is wrong, and why. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  /** All problems at once, so that a file is mended in one go. */
  ConfigException(Path file, List<String> problems) {
    super(
        file
            + " cannot be used:\n  "
            + String.join("\n  ", problems)
            + "\nMend the lines named; nothing was started.");
  }
}
