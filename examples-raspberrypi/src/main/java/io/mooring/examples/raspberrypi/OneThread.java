package io.mooring.examples.raspberrypi;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A daemon thread that does one thing after the other, and refuses what would wait too long. */
final class OneThread {
  private OneThread() {}

  /**
   * @param waiting how many tasks may wait
   */
  static ThreadPoolExecutor named(String name, int waiting) {
    return new ThreadPoolExecutor(
        1,
        1,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(waiting),
        task -> {
          Thread made = new Thread(task, name);
          made.setDaemon(true);
          return made;
        });
  }
}
