package io.mooring.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that runs until it is told to stop end in good order on SIGINT and SIGTERM: the
 * broker gets its DISCONNECT, and the exit code is the command's own.
 */
final class Shutdown {
  /** Not an exit code: leaves it to the JVM, which answers a signal with 128 and its number. */
  static final int BY_SIGNAL = -1;

  private static final long PATIENCE_SECONDS = 7; // SecureMqttClient.close waits at most 5

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile Runnable action = () -> {};
  private volatile boolean registered;
  private volatile int code = BY_SIGNAL;

  /** Calls {@code stop} on a signal, and has it waited for. */
  void onSignal(Runnable stop) {
    action = stop;
    registered = true;
  }

  /** The command has ended and released all it held. */
  void finished(int exitCode) {
    code = exitCode;
    finished.countDown();
  }

  /** The shutdown hook of the process; runs at every exit. */
  void run() {
    if (!registered || finished.getCount() == 0) {
      return;
    }
    action.run();
    try {
      if (finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && code != BY_SIGNAL) {
        Runtime.getRuntime().halt(code);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
