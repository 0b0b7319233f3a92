package io.mooring.bench.child;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Wall time and bytes allocated by the threads that live, between two moments. CPU time is read by
 * the conductor, from outside and to the nanosecond; from inside it comes in steps of 10 ms.
 */
final class Meter {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final long allocated = allocated();
  private final long start = System.nanoTime();

  private Meter() {}

  static Meter start() {
    return new Meter();
  }

  /** Adds wall time in nanoseconds, and bytes allocated. */
  Reply stop(Reply reply) {
    long wall = System.nanoTime() - start;
    return reply.add("wall", wall).add("alloc", allocated() - allocated);
  }

  private static long allocated() {
    long sum = 0;
    for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }
}
