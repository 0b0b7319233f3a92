package io.mooring.demo;

/** Keeps HiveMQ's log to warnings, on standard error: standard output belongs to the demo. */
final class QuietLog {
  private static final String CONFIGURATION = "logback.configurationFile";

  private QuietLog() {}

  /**
   * Works if nothing has logged before; a configuration that the user chose by Logback's own system
   * property stays.
   */
  static void configure() {
    if (System.getProperty(CONFIGURATION) == null) {
      System.setProperty(CONFIGURATION, "io/mooring/demo/demo-logback.xml");
    }
  }
}
