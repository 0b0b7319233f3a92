package io.mooring.bench.child;

import io.mooring.bench.peer.Session;
import io.mooring.bench.peer.Window;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;

/**
 * Many callers, each of which publishes, waits until its message was acknowledged, and publishes
 * the next: what the group commit of an outbox lives on. Reports what went to the block device,
 * too.
 */
final class DurableCallers {
  private static final String WRITTEN = "write_bytes: ";

  private DurableCallers() {}

  static Reply run(Session session, int callers, int size, int count) throws Exception {
    byte[] payload = new byte[size];
    List<FutureTask<Boolean>> tasks = new ArrayList<>();
    long before = written();
    Meter meter = Meter.start();
    for (int i = 0; i < callers; i++) {
      FutureTask<Boolean> task =
          new FutureTask<>(
              () -> {
                Window own = new Window(1);
                session.publishMany(1, payload, count / callers, own);
                own.awaitEmpty();
                return true;
              });
      tasks.add(task);
      new Thread(task, "bench-caller-" + i).start();
    }
    for (FutureTask<Boolean> task : tasks) {
      task.get();
    }
    return meter.stop(new Reply()).add("written", written() - before);
  }

  /** Bytes that this process has sent to block devices, or is going to. */
  private static long written() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/io"), StandardCharsets.US_ASCII).stream()
        .filter(line -> line.startsWith(WRITTEN))
        .mapToLong(line -> Long.parseLong(line.substring(WRITTEN.length())))
        .sum();
  }
}
