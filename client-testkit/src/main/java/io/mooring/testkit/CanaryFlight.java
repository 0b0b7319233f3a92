package io.mooring.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * A flight recording of a whole test run. It holds the product's own events, and the message of
 * every exception that was made anywhere, caught or not: causes and suppressed ones among them.
 */
final class CanaryFlight implements AutoCloseable {
  private static final String OWN = "io.mooring.";
  private static final long LARGE = 24L * 1024 * 1024;

  private Recording recording = begin();

  private static Recording begin() {
    Recording begun = new Recording();
    begun.setName("mooring-canaries");
    begun.enable("jdk.JavaExceptionThrow").withoutStackTrace();
    begun.enable("jdk.JavaErrorThrow").withoutStackTrace();
    begun.start();
    return begun;
  }

  /** Whether it is time to look into it. */
  boolean isLarge() {
    return recording.getSize() > LARGE;
  }

  /**
   * The secrets in what was recorded since the last call.
   *
   * @param testAt the test that ran at an instant; empty for one that may tell secrets
   */
  List<String> finds(Function<Instant, String> testAt) {
    Recording done = recording;
    recording = begin();
    List<String> finds = new ArrayList<>();
    try {
      Path file = Files.createTempFile("mooring-canaries", ".jfr");
      try (done) {
        done.stop();
        done.dump(file);
        try (RecordingFile events = new RecordingFile(file)) {
          while (events.hasMoreEvents()) {
            look(events.readEvent(), testAt, finds);
          }
        }
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the flight recording cannot be read", e);
    }
    return finds;
  }

  private static void look(
      RecordedEvent event, Function<Instant, String> testAt, List<String> finds) {
    String type = event.getEventType().getName();
    String said = "";
    String source = "";
    if (type.startsWith(OWN)) {
      said = event.toString();
      source = "the flight event " + type;
    } else if (event.hasField("message") && event.getString("message") != null) {
      said = event.getString("message");
      source = "the message of a " + event.getClass("thrownClass").getName();
    }
    for (String find : CanaryNet.NET.find(source, said)) {
      String test = testAt.apply(event.getStartTime());
      if (!test.isEmpty()) {
        finds.add("during " + test + ": " + find);
      }
    }
  }

  @Override
  public void close() {
    recording.close();
  }
}
