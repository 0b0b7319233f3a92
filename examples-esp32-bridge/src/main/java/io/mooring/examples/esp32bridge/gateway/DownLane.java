package io.mooring.examples.esp32bridge.gateway;

import io.mooring.examples.esp32bridge.link.Result;
import io.mooring.examples.esp32bridge.store.Command;
import io.mooring.examples.esp32bridge.store.KeyValueLog;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The commands that wait for one device: durable before the cloud broker is told, sent in order, a
 * few at a time, gone when the device has said what it did.
 */
final class DownLane {
  /** How a command gets to the device now. */
  interface Way {
    /** Sends it; {@link DownLane#settled} or {@link DownLane#returned} follows. */
    Sent send(Command command);
  }

  /** What came of sending. */
  enum Sent {
    UNDER_WAY,
    TOO_LARGE,
    NOT_NOW
  }

  /** Hears of commands that ended without being done. */
  interface Report {
    void refused(Command command, Result why);
  }

  private static final int MOST_UNDER_WAY = 32;
  private static final int NUMBERS_AT_ONCE = 256;
  private static final long RETRY_SECONDS = 2;

  private final String device;
  private final KeyValueLog store;
  private final Core core;
  private final Bounds bounds;
  private final Clock clock;
  private final Report report;
  private final long stream;
  private final TreeMap<Long, Command> waiting = new TreeMap<>();
  private final Set<Long> underWay = new HashSet<>();
  private long next;
  private long reserved;
  private long cursor; // all up to it are under way, or expired
  private @Nullable Way way;

  DownLane(
      String device,
      long stream,
      long firstNumber,
      KeyValueLog store,
      Core core,
      Bounds bounds,
      Clock clock,
      Report report) {
    this.device = device;
    this.stream = stream;
    this.next = firstNumber;
    this.reserved = firstNumber - 1;
    this.store = store;
    this.core = core;
    this.bounds = bounds;
    this.clock = clock;
    this.report = report;
  }

  static String streamKey(String device) {
    return "s/" + device;
  }

  static String commandPrefix(String device) {
    return "c/" + device + "/";
  }

  long stream() {
    return stream;
  }

  int waiting() {
    return waiting.size();
  }

  /** A command that an earlier run stored. */
  void found(Command command) {
    bounds.force(device, command.size());
    waiting.put(command.number(), command);
  }

  /** Numbers, stores, then tells {@code stored}, then sends. Its room was taken before. */
  void add(Command withoutNumber, Runnable stored) {
    Command command = numbered(withoutNumber);
    store(command, stored);
  }

  private void store(Command command, Runnable stored) {
    store
        .put(commandPrefix(device) + command.number(), command.bytes())
        .whenComplete(
            (done, failure) ->
                core.execute(
                    () -> {
                      if (failure == null) {
                        stored.run();
                        waiting.put(command.number(), command);
                        cursor = Math.min(cursor, command.number() - 1);
                        pump();
                      } else {
                        core.later(() -> store(command, stored), RETRY_SECONDS, TimeUnit.SECONDS);
                      }
                    }));
  }

  private Command numbered(Command command) {
    if (next > reserved) {
      reserved = next + NUMBERS_AT_ONCE - 1;
      store.put(
          streamKey(device),
          ByteBuffer.allocate(2 * Long.BYTES).putLong(stream).putLong(reserved + 1).array());
    }
    return new Command(
        next++,
        command.expiresAt(),
        command.retain(),
        command.suffix(),
        command.responseTopic(),
        command.correlation(),
        command.hops(),
        command.content());
  }

  /** The device can be reached: all that lack a result go again, oldest first. */
  void open(Way newWay) {
    way = newWay;
    underWay.clear();
    cursor = 0;
    pump();
  }

  /** The device cannot be reached now. */
  void shut() {
    way = null;
    underWay.clear();
  }

  /** The device said what it did. */
  void settled(long number, Result result) {
    underWay.remove(number);
    Command command = waiting.remove(number);
    if (command != null) {
      gone(command);
      if (result != Result.ACCEPTED) {
        report.refused(command, result);
      }
    }
    pump();
  }

  /** It did not get there; the next {@link #sweep} tries again. */
  void returned(long number) {
    underWay.remove(number);
    cursor = Math.min(cursor, number - 1);
  }

  /** Drops what has expired, and sends what may go. */
  void sweep() {
    long now = clock.millis();
    List<Command> expired =
        waiting.values().stream()
            .filter(command -> command.isExpired(now) && !underWay.contains(command.number()))
            .toList();
    for (Command command : expired) {
      waiting.remove(command.number());
      gone(command);
      report.refused(command, Result.EXPIRED);
    }
    pump();
  }

  private void pump() {
    Way current = way;
    if (current == null) {
      return;
    }
    long now = clock.millis();
    while (underWay.size() < MOST_UNDER_WAY) {
      Map.Entry<Long, Command> entry = waiting.higherEntry(cursor);
      if (entry == null) {
        return;
      }
      Command command = entry.getValue();
      if (!underWay.contains(command.number()) && !command.isExpired(now)) {
        underWay.add(command.number());
        Sent sent = current.send(command);
        if (sent == Sent.NOT_NOW) {
          underWay.remove(command.number());
          return;
        }
        if (sent == Sent.TOO_LARGE) {
          underWay.remove(command.number());
          waiting.remove(command.number());
          gone(command);
          report.refused(command, Result.TOO_LARGE);
        }
      }
      cursor = command.number();
    }
  }

  private void gone(Command command) {
    bounds.give(device, command.size());
    store.remove(commandPrefix(device) + command.number());
  }
}
