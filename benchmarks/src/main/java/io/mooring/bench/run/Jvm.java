package io.mooring.bench.run;

import java.nio.file.Path;

/** The JVM that runs the conductor also runs what it measures. */
final class Jvm {
  private Jvm() {}

  static String program() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
