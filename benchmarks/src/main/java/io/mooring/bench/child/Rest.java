package io.mooring.bench.child;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * A process that has come to rest, and has given back what it no longer needs. While the JVM's
 * second compiler works on a large method it holds tens of megabytes; the JVM keeps them for up to
 * five seconds more, and glibc as long as nobody asks.
 */
final class Rest {
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Of the system's clock, which has a hundred a second: 2 % of a period. */
  private static final long TICKS_AT_REST = 1;

  private static final int PERIODS = 40;

  /** The JVM frees the pieces that its compilers have left (class ChunkPool) every five seconds. */
  private static final long CHUNKS_NANOS = TimeUnit.MILLISECONDS.toNanos(5_200);

  private Rest() {}

  /**
   * Until the compilers have done next to nothing for half a second, which may take 20 s at most;
   * and then until what they have freed can be given back, and is.
   */
  static void reach() throws IOException, JMException {
    awaitCompilers();
    LockSupport.parkNanos(CHUNKS_NANOS);
    trimNativeHeap();
  }

  private static void awaitCompilers() throws IOException {
    long before = compilerTicks();
    for (int i = 0; i < PERIODS; i++) {
      LockSupport.parkNanos(PERIOD_NANOS);
      long now = compilerTicks();
      if (now - before <= TICKS_AT_REST) {
        return;
      }
      before = now;
    }
  }

  /** As {@code -XX:TrimNativeHeapInterval} does now and then, and {@code jcmd} on demand. */
  private static void trimNativeHeap() throws JMException {
    ManagementFactory.getPlatformMBeanServer()
        .invoke(
            new ObjectName("com.sun.management:type=DiagnosticCommand"),
            "systemTrimNativeHeap",
            new Object[0],
            new String[0]);
  }

  /**
   * The CPU time of the compilers' threads. What the JVM itself tells leaves out the method that is
   * being compiled.
   */
  private static long compilerTicks() throws IOException {
    long ticks = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        ticks += compilerTicks(task.resolve("stat"));
      }
    }
    return ticks;
  }

  private static long compilerTicks(Path stat) {
    String line;
    try {
      line = Files.readString(stat, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return 0; // the thread has ended: before the file was opened, or before it was read
    }
    if (!line.matches("(?s)\\d+ \\(C[12] Compiler.*")) {
      return 0;
    }
    // Behind the name: state, then from the 14th field of the line on user and system time.
    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }
}
