package io.mooring.internal.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Properties;

/** When this SDK was built: the present cannot be earlier. */
public final class BuildDate {
  private static final Instant BUILD_DATE = read();

  private BuildDate() {}

  /** The instant that the build stamped into the jar. */
  public static Instant instant() {
    return BUILD_DATE;
  }

  private static Instant read() {
    Properties build = new Properties();
    try (InputStream in = BuildDate.class.getResourceAsStream("build.properties")) {
      if (in == null) {
        throw new IllegalStateException("build.properties is missing from client-core");
      }
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String stamp = build.getProperty("build.date", "");
    try {
      return Instant.parse(stamp);
    } catch (DateTimeParseException e) {
      throw new IllegalStateException(
          "build.date is '" + stamp + "'; let Maven filter src/main/resources", e);
    }
  }
}
