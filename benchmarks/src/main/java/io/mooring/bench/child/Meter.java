package io.mooring.bench.child;

import com.sun.management.ThreadMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Wall time, bytes allocated by the threads that live, and how long the JVM's compilers worked,
 * between two moments. CPU time is read by the conductor, from outside and to the nanosecond; from
 * inside it comes in steps of 10 ms.
 */
final class Meter {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();

  private final long allocated = allocated();
  private final long compiling = compilingNanos();
  private final long start = System.nanoTime();

  private Meter() {}

  static Meter start() {
    return new Meter();
  }

  /** Adds wall time and compilation in nanoseconds, and bytes allocated. */
  Reply stop(Reply reply) {
    long wall = System.nanoTime() - start;
    return reply
        .add("wall", wall)
        .add("alloc", allocated() - allocated)
        .add("compiling", compilingNanos() - compiling);
  }

  private static long compilingNanos() {
    return TimeUnit.MILLISECONDS.toNanos(COMPILERS.getTotalCompilationTime());
  }

  private static long allocated() {
    long sum = 0;
    for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }
}
