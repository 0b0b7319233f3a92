package io.mooring.bench.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the system says of a process.
 *
 * @param rssBytes resident memory, the JVM included
 * @param threads native threads
 */
record ProcessStatus(long rssBytes, long threads) {
  private static final long KIB = 1024;

  static ProcessStatus of(long pid) throws IOException {
    long rss = 0;
    long threads = 0;
    Path file = Path.of("/proc", Long.toString(pid), "status");
    for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
      if (line.startsWith("VmRSS:")) {
        rss = digits(line) * KIB;
      } else if (line.startsWith("Threads:")) {
        threads = digits(line);
      }
    }
    return new ProcessStatus(rss, threads);
  }

  private static long digits(String line) {
    return Long.parseLong(line.replaceAll("[^0-9]", ""));
  }
}
