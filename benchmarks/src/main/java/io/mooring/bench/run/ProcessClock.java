package io.mooring.bench.run;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;

/**
 * The CPU time of another process: user and system, of all threads it has or has had, to the
 * nanosecond. {@code /proc/PID/stat} counts in steps of 10 ms.
 */
final class ProcessClock {
  /** POSIX leaves the numbers to the system; Linux makes them of the complement of the PID. */
  private static final int SCHEDULER_CLOCK = 2;

  private static final long SECOND = 1_000_000_000L;

  private ProcessClock() {}

  static long nanos(long pid) throws IOException {
    long[] time = new long[2];
    if (LibC.INSTANCE.clock_gettime((int) (~pid << 3) | SCHEDULER_CLOCK, time) != 0) {
      throw new IOException("No CPU clock of process " + pid + ": errno " + Native.getLastError());
    }
    return time[0] * SECOND + time[1];
  }

  /** What JNA binds by name. */
  interface LibC extends Library {
    /** The C library of this process. */
    LibC INSTANCE = Native.load("c", LibC.class);

    /** {@code int clock_gettime(clockid_t, struct timespec *)}. */
    int clock_gettime(int clock, long[] time);
  }
}
