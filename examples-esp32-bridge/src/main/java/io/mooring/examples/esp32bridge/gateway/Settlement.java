package io.mooring.examples.esp32bridge.gateway;

import io.mooring.examples.esp32bridge.link.Result;
import io.mooring.examples.esp32bridge.store.KeyValueLog;
import io.mooring.examples.esp32bridge.store.UpMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is settled of the numbered messages of one device: decided one by one, settled in the order
 * of their numbers, durable before anybody is told.
 */
final class Settlement {
  /** Who is told the result of a number. */
  interface Teller {
    void tell(long number, Result result);
  }

  private static final long RETRY_SECONDS = 2;
  private static final int MOST_OPEN = 64;

  private static final class Open {
    private @Nullable Result result;
    private Teller teller;

    Open(Teller teller) {
      this.teller = teller;
    }
  }

  private final String key;
  private final KeyValueLog store;
  private final Core core;
  private final Consumer<UpMemory> changed;
  private final TreeMap<Long, Open> open = new TreeMap<>();
  private UpMemory memory;
  private boolean writing;

  Settlement(
      String key, UpMemory memory, KeyValueLog store, Core core, Consumer<UpMemory> changed) {
    this.key = key;
    this.memory = memory;
    this.store = store;
    this.core = core;
    this.changed = changed;
  }

  /** Numbers of this stream count from now on; another stream's are forgotten. */
  void stream(long stream) {
    if (memory.stream() != stream) {
      memory = new UpMemory(stream, 0, 0);
      open.clear();
      changed.accept(memory);
    }
  }

  /** What a number is that came again or for the first time. */
  enum Arrival {
    NEW,
    OPEN,
    SETTLED,
    TOO_MANY
  }

  /** Takes a number in; a settled one is answered at once. */
  Arrival arrived(long number, Teller teller) {
    if (number <= memory.last()) {
      teller.tell(number, memory.answer(number));
      return Arrival.SETTLED;
    }
    Open known = open.get(number);
    if (known != null) {
      known.teller = teller;
      return Arrival.OPEN;
    }
    if (open.size() >= MOST_OPEN) {
      return Arrival.TOO_MANY;
    }
    open.put(number, new Open(teller));
    return Arrival.NEW;
  }

  /** Decides a number of a stream. */
  void decided(long stream, long number, Result result) {
    Open known = memory.stream() == stream ? open.get(number) : null;
    if (known != null) {
      known.result = result;
      settle();
    }
  }

  private void settle() {
    if (writing) {
      return;
    }
    UpMemory next = memory;
    List<Map.Entry<Long, Open>> ready = new ArrayList<>();
    for (Map.Entry<Long, Open> entry : open.entrySet()) {
      Result result = entry.getValue().result;
      if (result == null) {
        break;
      }
      next = next.settled(entry.getKey(), result != Result.ACCEPTED);
      ready.add(entry);
    }
    if (ready.isEmpty()) {
      return;
    }
    writing = true;
    UpMemory settled = next;
    store
        .put(key, settled.bytes())
        .whenComplete((done, failure) -> core.execute(() -> written(settled, ready, failure)));
  }

  private void written(
      UpMemory settled, List<Map.Entry<Long, Open>> ready, @Nullable Throwable failure) {
    if (failure != null) {
      core.later(
          () -> {
            writing = false;
            settle();
          },
          RETRY_SECONDS,
          TimeUnit.SECONDS);
      return;
    }
    writing = false;
    if (memory.stream() != settled.stream()) {
      settle();
      return; // the device began anew meanwhile
    }
    memory = settled;
    changed.accept(settled);
    for (Map.Entry<Long, Open> entry : ready) {
      open.remove(entry.getKey());
      Result result = entry.getValue().result;
      entry.getValue().teller.tell(entry.getKey(), result == null ? Result.ACCEPTED : result);
    }
    settle();
  }
}
