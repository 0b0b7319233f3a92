package io.mooring.examples.raspberrypi;

import java.util.List;

/** What is wrong with the settings: every mistake, each with its place and reason. */
final class SettingsException extends Exception {
  private static final long serialVersionUID = 1L;

  SettingsException(List<String> mistakes) {
    super(String.join("\n", mistakes));
  }
}
