package io.mooring.bench.run;

import io.mooring.bench.run.TimeBudget.RowTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What it costs to keep messages: {@code outbox-off}, {@code outbox-on} on the disk of this folder,
 * and {@code outbox-memory} on a file system without a disk behind it, where fsync costs nothing. A
 * hundred callers, each of which waits for its PUBACK, at QoS 1 and 64 bytes. {@code fsync} is the
 * price of one by itself.
 */
final class OutboxRows {
  private static final String OFF = "outbox-off";
  private static final String ON = "outbox-on";
  private static final String IN_MEMORY = "outbox-memory";
  private static final int CALLERS = 100;
  private static final int SIZE = 64;
  private static final int WARM = 20_000;
  private static final int COUNT = 20_000;
  private static final int FSYNCS = 100;
  private static final int BLOCK = 4096;
  private static final double SECOND = 1e9;
  private static final double MICRO = 1e3;
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Run run;
  private final int port;

  OutboxRows(Run run, int port) {
    this.run = run;
    this.port = port;
  }

  /** All of them, since they take turns. */
  void run() throws IOException {
    if (!run.options().clients().contains(Table.OURS) || !run.begins("outbox")) {
      return;
    }
    Map<String, Path> folders = new LinkedHashMap<>();
    folders.put(ON, run.work().resolve("outbox"));
    Optional<Path> memory = memoryFolder();
    memory.ifPresent(folder -> folders.put(IN_MEMORY, folder.resolve("outbox")));
    Map<String, Measured> processes = new LinkedHashMap<>();
    try {
      processes.put(OFF, start(OFF, List.of()));
      for (Map.Entry<String, Path> each : folders.entrySet()) {
        processes.put(
            each.getKey(), start(each.getKey(), List.of("-Dbench.outbox=" + each.getValue())));
      }
      measure(processes, run.budget().row());
    } finally {
      processes.values().forEach(Measured::close);
      Path inMemory = memory.orElse(null);
      if (inMemory != null) {
        Folders.delete(inMemory);
      }
    }
  }

  private static Optional<Path> memoryFolder() throws IOException {
    return Files.isWritable(MEMORY)
        ? Optional.of(Files.createTempDirectory(MEMORY, "mooring-bench-"))
        : Optional.empty();
  }

  private Measured start(String row, List<String> flags) throws IOException {
    Launch launch =
        new Launch(Jvm.program(), run.classPaths().classPath(Table.OURS), flags, Map.of());
    return Measured.start(Table.OURS, launch, port, run.work(), run.work().resolve(row + ".log"));
  }

  private void measure(Map<String, Measured> processes, RowTime time) throws IOException {
    List<String> working =
        processes.keySet().stream().filter(row -> one(row, processes, WARM, false, time)).toList();
    for (int i = 0; i < run.runs() && (i == 0 || !time.isOver()); i++) {
      add(ON, "fsync", "us", fsyncNanos() / MICRO);
      working = working.stream().filter(row -> one(row, processes, COUNT, true, time)).toList();
    }
    processes.keySet().forEach(row -> run.progress().done(row, run.results()));
  }

  private boolean one(
      String row, Map<String, Measured> processes, int count, boolean counts, RowTime time) {
    try {
      Measured process = processes.get(row);
      if (process == null) {
        return false;
      }
      Answer answer =
          process.ask("durable callers=" + CALLERS + " size=" + SIZE + " count=" + count, time);
      if (counts) {
        add(row, "rate", "msg/s", count / answer.get("wall") * SECOND);
        add(row, "cpu", "us/msg", answer.get("cpu") / count / MICRO);
        if (row.equals(ON)) {
          add(row, "written", "B/payload B", answer.get("written") / ((double) count * SIZE));
        }
      }
      return true;
    } catch (IOException e) {
      run.progress().failed(row, Table.OURS, e);
      return false;
    }
  }

  private void add(String row, String metric, String unit, double value) {
    run.results().add(row, Table.OURS, metric, unit, value);
  }

  /** The median of appending a block and forcing it to the disk. */
  private double fsyncNanos() throws IOException {
    Path file = run.work().resolve("fsync");
    List<Double> nanos = new ArrayList<>();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < FSYNCS; i++) {
        channel.write(ByteBuffer.allocate(BLOCK));
        long start = System.nanoTime();
        channel.force(false);
        nanos.add((double) (System.nanoTime() - start));
      }
    }
    Files.delete(file);
    return Statistics.of(nanos).median();
  }
}
