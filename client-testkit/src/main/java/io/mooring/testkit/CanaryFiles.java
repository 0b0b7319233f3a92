package io.mooring.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * What tests wrote to files for people to read: packet traces, captures, flight recordings, and
 * what processes printed. Looked for in the temporary folders of tests ({@link CanaryTempDirs}),
 * and, if it is a capture or a recording, beside them in the JVM's. Where a secret belongs, in
 * keystores, password files and outboxes, none is looked for.
 */
final class CanaryFiles {
  static final CanaryFiles FILES = new CanaryFiles();

  private static final String PCAPNG = "\n\r\r\n";
  private static final String FLIGHT = "FLR\0";
  private static final String OWN = "io.mooring.";

  /** Enough to know a file by. */
  private static final int HEAD = 4096;

  private static final int MOST_BYTES = 64 * 1024 * 1024;

  private static final Pattern NAMED =
      Pattern.compile("(?i)(std(out|err)|trace).*|.*\\.(out|err|trace|jfr|pcapng)");

  /** A line of a packet trace, of the command on standard error, or of the JDK's log. */
  private static final Pattern TOLD =
      Pattern.compile(
          "(?m)^.* (->|<-) (CONNECT|CONNACK|AUTH|PUBLISH|SUBSCRIBE)\\b|^mooring: "
              + "|^(SEVERE|WARNING|INFO|FINE): ");

  private final Instant begun = Instant.now();
  private final Set<Path> folders = new TreeSet<>();
  private final Map<Path, State> seen = new HashMap<>();

  private record State(long size, FileTime changed) {}

  /** Looks into {@code folder} from now on, until it is gone. */
  synchronized void watch(Path folder) {
    folders.add(folder);
  }

  /** The secrets in what was written since the last call. */
  synchronized List<String> finds() {
    Set<String> finds = new TreeSet<>();
    folders.removeIf(folder -> !Files.isDirectory(folder));
    seen.keySet().removeIf(file -> !Files.exists(file));
    try {
      for (Path folder : folders) {
        walk(folder, finds);
      }
      beside(finds);
    } catch (IOException e) {
      throw new UncheckedIOException("what tests wrote cannot be read", e);
    }
    return List.copyOf(finds);
  }

  private void walk(Path folder, Set<String> finds) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
              throws IOException {
            if (isNew(file, facts)) {
              look(file, true, finds);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE; // closed to us, or gone meanwhile
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure) {
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Others write to the JVM's temporary folder too: only what is plainly a test's is read. */
  private void beside(Set<String> finds) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      for (Path file : files.filter(Files::isRegularFile).filter(Files::isReadable).toList()) {
        lookBeside(file, finds);
      }
    }
  }

  private void lookBeside(Path file, Set<String> finds) {
    try {
      BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
      if (facts.lastModifiedTime().toInstant().isAfter(begun) && isNew(file, facts)) {
        look(file, false, finds);
      }
    } catch (IOException e) {
      // Another process has taken it away, or still writes it: a second build on this machine, say.
    }
  }

  private boolean isNew(Path file, BasicFileAttributes facts) {
    State now = new State(facts.size(), facts.lastModifiedTime());
    return facts.isRegularFile() && facts.size() > 0 && !now.equals(seen.put(file, now));
  }

  private static void look(Path file, boolean own, Set<String> finds) throws IOException {
    String head;
    try (InputStream in = Files.newInputStream(file)) {
      head = new String(in.readNBytes(HEAD), ISO_8859_1);
    } catch (IOException e) {
      return; // closed to us, as some tests make files on purpose
    }
    boolean flight = head.startsWith(FLIGHT);
    boolean told =
        NAMED.matcher(file.getFileName().toString()).matches()
            || (head.indexOf('\0') < 0 && TOLD.matcher(head).find());
    if (flight || head.startsWith(PCAPNG) || (own && told)) {
      try (InputStream in = Files.newInputStream(file)) {
        String all = new String(in.readNBytes(MOST_BYTES), ISO_8859_1);
        finds.addAll(CanaryNet.NET.find("the file " + file.getFileName(), all));
      }
    }
    if (flight) {
      recorded(file, finds);
    }
  }

  /** Strings of a recording may be split or packed: its own events are read as well. */
  private static void recorded(Path file, Set<String> finds) throws IOException {
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents()) {
        RecordedEvent event = events.readEvent();
        if (event.getEventType().getName().startsWith(OWN)) {
          finds.addAll(CanaryNet.NET.find("the recording " + file.getFileName(), event.toString()));
        }
      }
    }
  }
}
