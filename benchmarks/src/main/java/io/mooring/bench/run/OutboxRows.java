package io.mooring.bench.run;

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
  private static final String CLIENT = "mooring";
  private static final int CALLERS = 100;
  private static final int SIZE = 64;
  private static final int WARM = 20_000;
  private static final int COUNT = 20_000;
  private static final int FSYNCS = 100;
  private static final int BLOCK = 4096;
  private static final double SECOND = 1e9;
  private static final double MICRO = 1e3;
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Options options;
  private final ClassPaths classPaths;
  private final Path work;
  private final int port;
  private final Results results;
  private final Progress progress;

  OutboxRows(
      Options options,
      ClassPaths classPaths,
      Path work,
      int port,
      Results results,
      Progress progress) {
    this.options = options;
    this.classPaths = classPaths;
    this.work = work;
    this.port = port;
    this.results = results;
    this.progress = progress;
  }

  void run() throws IOException {
    if (!options.wants("outbox") || !options.clients().contains(CLIENT)) {
      return;
    }
    Map<String, Path> folders = new LinkedHashMap<>();
    folders.put("outbox-on", work.resolve("outbox"));
    Optional<Path> memory = memoryFolder();
    memory.ifPresent(folder -> folders.put("outbox-memory", folder.resolve("outbox")));
    Map<String, Measured> processes = new LinkedHashMap<>();
    try {
      processes.put("outbox-off", start("outbox-off", List.of()));
      for (Map.Entry<String, Path> each : folders.entrySet()) {
        processes.put(
            each.getKey(), start(each.getKey(), List.of("-Dbench.outbox=" + each.getValue())));
      }
      measure(processes);
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
    Launch launch = new Launch(Jvm.program(), classPaths.classPath(CLIENT), flags, Map.of());
    return Measured.start(CLIENT, launch, port, work, work.resolve(row + ".log"));
  }

  private void measure(Map<String, Measured> processes) throws IOException {
    for (Measured process : processes.values()) {
      process.ask(command(WARM));
    }
    for (int i = 0; i < options.effectiveRuns(); i++) {
      results.add("outbox-on", CLIENT, "fsync", "us", fsyncNanos() / MICRO);
      for (Map.Entry<String, Measured> each : processes.entrySet()) {
        String row = each.getKey();
        Answer answer = each.getValue().ask(command(COUNT));
        results.add(row, CLIENT, "rate", "msg/s", COUNT / answer.get("wall") * SECOND);
        results.add(row, CLIENT, "cpu", "us/msg", answer.get("cpu") / COUNT / MICRO);
        if (row.equals("outbox-on")) {
          results.add(
              row,
              CLIENT,
              "written",
              "B/payload B",
              answer.get("written") / ((double) COUNT * SIZE));
        }
      }
    }
    processes.keySet().forEach(row -> progress.done(row, results));
  }

  private static String command(int count) {
    return "durable callers=" + CALLERS + " size=" + SIZE + " count=" + count;
  }

  /** The median of appending a block and forcing it to the disk. */
  private double fsyncNanos() throws IOException {
    Path file = work.resolve("fsync");
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
