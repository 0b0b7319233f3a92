package io.mooring.bench.micro;

import io.mooring.Message;
import io.mooring.bench.run.Folders;
import io.mooring.internal.outbox.FileOps;
import io.mooring.internal.outbox.OutboxLog;
import io.mooring.outbox.Outbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The log of the outbox: so many messages of 64 bytes stored together and then acknowledged, with
 * and without fsync. In the folder that {@code bench.folder} names.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class OutboxBenchmark {
  private static final int SIZE = 64;

  private final Message message = Message.of("bench/device/up", new byte[SIZE]);
  private @Nullable Path folder;
  private @Nullable OutboxLog log;

  /** Messages in one commit. */
  @Param({"1", "100"})
  public int batch;

  /** Whether the commit is forced to the disk. */
  @Param({"true", "false"})
  public boolean force;

  /** A fresh log. */
  @Setup
  public void open() throws IOException {
    Path made = Files.createTempDirectory(Path.of(System.getProperty("bench.folder", ".")), "log-");
    folder = made;
    log = OutboxLog.open(Outbox.in(made.resolve("outbox")), "bench", FileOps.REAL);
  }

  /** Stores a batch, commits, and lets it be acknowledged. */
  @Benchmark
  public long storeAndComplete() {
    OutboxLog open = log;
    if (open == null) {
      throw new IllegalStateException("not set up");
    }
    long last = 0;
    for (int i = 0; i < batch; i++) {
      last = open.append(message, i);
    }
    open.commit(force);
    for (int i = 0; i < batch; i++) {
      open.completed(last - i);
    }
    return last;
  }

  /** Removes the log. */
  @TearDown
  public void close() throws IOException {
    if (log != null) {
      log.close();
    }
    if (folder != null) {
      Folders.delete(folder);
    }
  }
}
