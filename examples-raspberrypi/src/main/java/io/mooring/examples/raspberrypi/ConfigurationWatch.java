package io.mooring.examples.raspberrypi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tells when the configuration file has another content: looked at now and then, by its dates. */
final class ConfigurationWatch {
  /** How often it is worth looking. */
  static final Duration PERIOD = Duration.ofSeconds(2);

  private final @Nullable Path file;
  private Stamp last;

  private record Stamp(@Nullable FileTime modified, long size, @Nullable Object key) {
    static final Stamp ABSENT = new Stamp(null, -1, null);
  }

  /**
   * @param file the file, or null if the device runs without one
   */
  ConfigurationWatch(@Nullable Path file) {
    this.file = file;
    this.last = stamp();
  }

  /** True once after each change. */
  boolean changed() {
    Stamp now = stamp();
    // An editor that replaces the file leaves a moment without one.
    if (now.equals(last) || now.equals(Stamp.ABSENT)) {
      return false;
    }
    last = now;
    return true;
  }

  private Stamp stamp() {
    if (file == null) {
      return Stamp.ABSENT;
    }
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(found.lastModifiedTime(), found.size(), found.fileKey());
    } catch (IOException e) {
      return Stamp.ABSENT;
    }
  }
}
