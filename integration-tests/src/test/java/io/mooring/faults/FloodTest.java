package io.mooring.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device in 32 MB of heap, with handlers of 10 ms, under more than it can handle. */
@Tag("faults")
@Timeout(300)
class FloodTest {
  private static final int FLOOD = "long".equals(System.getProperty("mooring.faults")) ? 5 : 1;
  private static final int BATCH = 1_000;
  private static final int NEVER = Integer.MAX_VALUE;
  private static final long SILENT_NANOS = FloodedDevice.KEEP_ALIVE.multipliedBy(2).toNanos();

  @TempDir private Path folder;

  @Test
  void millionMessages_pingsGoOn_theOtherSubscriptionAnswers_everyMessageIsAccountedFor()
      throws Exception {
    List<String> topics = List.of("flood/0", "flood/1", "flood/2");
    int batches = FLOOD * 1_000;
    try (Flooder broker = new Flooder()) {
      Process device = start(broker, "DROP_OLDEST", "DROP_NEWEST", "LATEST_ONLY");
      try {
        broker.accept();
        broker.awaitSubscriptions(topics.size() + 1);
        Map<String, Long> sent = new HashMap<>();
        List<Long> roundTrips = new ArrayList<>();
        long started = System.nanoTime();
        int answered = 0;
        for (int batch = 0; answered < batches / 2; batch++) {
          List<String> next = new ArrayList<>(BATCH);
          for (int i = 0; i < BATCH; i++) {
            next.add(topics.get((batch + i) % topics.size()));
          }
          // At first the device owes nothing but pings, long enough for one to be due.
          boolean silentDevice = batch < batches / 2 || System.nanoTime() - started < SILENT_NANOS;
          answered += silentDevice ? 0 : 1;
          broker.flood(next, new byte[16], silentDevice ? NEVER : 10);
          next.forEach(topic -> sent.merge(topic, 1L, Long::sum));
          if (!silentDevice && batch % 10 == 0) {
            roundTrips.add(roundTrip(broker, batch));
          }
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
        broker.send("calm", bytes("end"));
        Report report = Report.parse(broker.next(60));

        sent.put("calm", roundTrips.size() + 1L);
        sent.forEach((topic, count) -> assertEquals(count, report.received(topic), topic));
        long all = sent.values().stream().mapToLong(Long::longValue).sum();
        assertEquals(all, report.received("all"));
        assertTrue(all >= batches * (long) BATCH);
        report.requireThatAllAddsUp();
        assertEquals(roundTrips.size() + 1L, report.handled("calm"));
        for (String topic : topics) {
          assertTrue(report.handled(topic) > 0, topic);
          assertTrue(report.dropped(topic) > report.handled(topic), topic);
        }
        assertEquals(broker.sentAtQos1(), broker.acknowledged());
        requireKeptAlive(broker);
        Collections.sort(roundTrips);
        long median = roundTrips.get(roundTrips.size() / 2);
        long longest = roundTrips.get(roundTrips.size() - 1);
        System.out.printf(
            "Flood: %,d messages in %d s, %,d at QoS 1; %,d handled, %,d dropped; the calm"
                + " subscription answered in %d ms (median), %d ms (longest); %d pings%n",
            report.received("all"),
            seconds,
            broker.sentAtQos1(),
            report.handled("all"),
            report.dropped("all"),
            median,
            longest,
            broker.pings());
        assertTrue(median < 500, median + " ms");
        assertTrue(longest < 5_000, longest + " ms");
        assertTrue(device.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, device.exitValue());
      } finally {
        device.destroyForcibly();
      }
    }
  }

  /** Through the flood and back: the handler's turn, and a publish of the device. */
  private static long roundTrip(Flooder broker, int number)
      throws IOException, InterruptedException {
    long sent = System.nanoTime();
    broker.send("calm", bytes("" + number));
    assertEquals("" + number, broker.next(30));
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent);
  }

  @Test
  void stopReading_losesNothing_andPingsGoOnWhileTheSocketIsNotRead() throws Exception {
    int messages = FLOOD * 2_000;
    try (Flooder broker = new Flooder()) {
      Process device = start(broker, "STOP_READING");
      try {
        broker.accept();
        broker.awaitSubscriptions(2);
        long started = System.nanoTime();
        for (int i = 0; i < messages / 100; i++) {
          broker.flood(Collections.nCopies(100, "flood/0"), new byte[2_048], NEVER);
        }
        broker.send("calm", bytes("end"));
        Report report = Report.parse(broker.next(120));
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);

        assertEquals(messages, report.received("flood/0"));
        assertEquals(messages, report.handled("flood/0"));
        report.requireThatAllAddsUp();
        assertTrue(report.pauses > 0);
        assertEquals(broker.sentAtQos1(), broker.acknowledged());
        requireKeptAlive(broker);
        System.out.printf(
            "Back-pressure: %,d messages, all handled, in %d s; reading stopped %d times; %d"
                + " pings%n",
            messages, seconds, report.pauses, broker.pings());
        assertTrue(device.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, device.exitValue());
      } finally {
        device.destroyForcibly();
      }
    }
  }

  /** As the broker judges it: one and a half times Keep Alive (MQTT 5, 3.1.2.10). */
  private static void requireKeptAlive(Flooder broker) {
    long keepAlive = FloodedDevice.KEEP_ALIVE.toMillis();
    assertTrue(
        broker.longestSilenceMillis() < keepAlive * 3 / 2,
        broker.longestSilenceMillis() + " ms of silence");
    assertTrue(broker.pings() > 0);
  }

  private Process start(Flooder broker, String... policies) throws IOException {
    Path root = broker.identity().writeRoot(folder.resolve("ca.pem"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                FloodedDevice.class.getName(),
                Integer.toString(broker.port()),
                root.toString()));
    command.addAll(Arrays.asList(policies));
    return new ProcessBuilder(command).inheritIO().start();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What {@link FloodedDevice} says at its end. */
  private record Report(Map<String, long[]> lines, long pauses) {
    static Report parse(String text) {
      Map<String, long[]> lines = new HashMap<>();
      long pauses = 0;
      for (String line : text.split("\n", -1)) {
        String[] words = line.split(" ", -1);
        long[] numbers = Arrays.stream(words).skip(1).mapToLong(Long::parseLong).toArray();
        if (words[0].equals("pauses")) {
          pauses = numbers[0];
        } else {
          lines.put(words[0], numbers);
        }
      }
      return new Report(lines, pauses);
    }

    long received(String filter) {
      return line(filter)[0];
    }

    long handled(String filter) {
      return line(filter)[1];
    }

    long dropped(String filter) {
      return line(filter)[2];
    }

    void requireThatAllAddsUp() {
      lines.forEach(
          (filter, n) -> {
            assertEquals(n[0], n[1] + n[2] + n[3], filter);
            assertEquals(0, n[3], filter + ": nothing failed, waits or was unasked");
          });
    }

    private long[] line(String filter) {
      return lines.get(filter);
    }
  }
}
