package io.mooring.internal.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.Message;
import io.mooring.outbox.Outbox;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails behind the force, when all bytes are on disk: memory, for what is kept of them. */
class LogWriterTest {
  private static final Outbox SETTINGS = Outbox.in(LogDriver.FOLDER);

  private final MemoryFiles disk = new MemoryFiles();
  private final Pending pending = new Pending();
  private final List<Runnable> behindForce = new ArrayList<>();
  private final FileOps files = hooked(FileOps.class, disk);
  private final Segments segments = new Segments(files, LogDriver.FOLDER, List.of(), List.of());
  private final LogWriter writer =
      new LogWriter(SETTINGS, files, new SecureRandom(), segments, 0, this::snapshot);
  private long lastId;

  /** The same, with what {@link #behindForce} has to say once a file is forced. */
  private <T> T hooked(Class<T> type, T real) {
    Object hooked =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object result = method.invoke(real, arguments);
              if (method.getName().equals("force")) {
                behindForce.forEach(Runnable::run);
              }
              return type == FileOps.class && result instanceof FileOps.Handle handle
                  ? hooked(FileOps.Handle.class, handle)
                  : result;
            });
    return type.cast(hooked);
  }

  private Snapshot snapshot() {
    return new Snapshot(
        "device",
        pending.firstEntry(lastId + 1),
        true,
        List.of(),
        List.of(),
        pending.completed(),
        segments.known());
  }

  private void append() {
    pending.entry(++lastId, 42, Message.of("a/b", "x"));
  }

  private List<Long> reopened() {
    return OutboxLog.open(SETTINGS, "device", disk.copy()).read(0, 1_000, 65_536).stream()
        .map(StoredMessage::id)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5})
  void commit_failsOnceAllIsForced_nothingOfItCounts_inMemoryOrOnDisk(int earlier) {
    List<Long> kept = new ArrayList<>(LongStream.rangeClosed(1, earlier).boxed().toList());
    for (int i = 0; i < earlier; i++) {
      append();
      writer.commit(pending, true);
    }
    append();
    append();
    behindForce.add(() -> pending.items().add(null)); // in place of an OutOfMemoryError
    assertThrows(NullPointerException.class, () -> writer.commit(pending, true));
    behindForce.clear();
    pending.items().removeIf(Objects::isNull);
    writer.giveUp(pending);
    assertEquals(earlier, segments.liveMessages());
    assertEquals(kept, reopened());
    append();
    writer.commit(pending, true);
    kept.add(lastId);
    assertEquals(earlier + 1, segments.liveMessages());
    assertEquals(kept, reopened());
  }
}
