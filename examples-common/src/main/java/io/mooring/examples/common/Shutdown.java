package io.mooring.examples.common;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Ends the program in good order on SIGTERM and Ctrl-C, with an exit code of its own. */
public final class Shutdown {
  // Longer than the farewell and the close of the client together.
  private static final long PATIENCE_SECONDS = 8;
  private static final int NOT_IN_GOOD_ORDER = 1;

  private final CompletableFuture<Integer> status = new CompletableFuture<>();

  private Shutdown() {}

  /** Runs {@code stop} on a signal, then waits for {@link #ended}. */
  public static Shutdown onSignal(Runnable stop) {
    Shutdown shutdown = new Shutdown();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop.run();
                  shutdown.halt();
                },
                "shutdown"));
    return shutdown;
  }

  /**
   * Runs {@code stop} when standard input ends: whoever holds the other end of the pipe is gone.
   */
  public static void atEndOfInput(Runnable stop) {
    Thread reader =
        new Thread(
            () -> {
              drain(System.in);
              stop.run();
            },
            "standard-input");
    reader.setDaemon(true);
    reader.start();
  }

  /** Says that all is closed, and which code to exit with. */
  public void ended(int code) {
    status.complete(code);
  }

  /** A JVM that a signal ended exits with 143 however orderly it was; halt gives the true code. */
  private void halt() {
    int code =
        status.completeOnTimeout(NOT_IN_GOOD_ORDER, PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    System.out.flush();
    Runtime.getRuntime().halt(code);
  }

  private static void drain(InputStream in) {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // End of input, or a broken one: either way nobody is there any more.
      return;
    }
  }
}
