package io.mooring.internal.net;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the application's code in order, one piece at a time, off the event loop. Two lanes of one
 * client never wait for each other: a message handler may block on a receipt. A lane that has much
 * to do gives its thread back now and then, so that it does not starve others of a small executor.
 */
public final class Lane implements Executor {
  private static final System.Logger LOG = System.getLogger(Lane.class.getName());
  private static final long IDLE_SECONDS = 10;
  private static final int PIECES_A_TURN = 256;
  private static final Executor DEFAULT =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          DaemonThreads.named("mooring-callback"));

  private final Executor executor;
  private final Queue<Runnable> queue = new ArrayDeque<>();
  private boolean running;
  private volatile @Nullable Thread current;

  /** A lane on {@code executor}, or on daemon threads of the client's own if it is null. */
  public Lane(@Nullable Executor executor) {
    this.executor = executor == null ? DEFAULT : executor;
  }

  /**
   * True on the thread that runs a piece of this lane now: waiting for the lane would never end.
   */
  public boolean isCurrent() {
    return current == Thread.currentThread();
  }

  @Override
  public void execute(Runnable piece) {
    synchronized (queue) {
      queue.add(piece);
      if (running) {
        return;
      }
      running = true;
    }
    submit();
  }

  /** An executor that is full or shut down must not leave futures open for ever. */
  private void submit() {
    try {
      executor.execute(this::drain);
    } catch (RejectedExecutionException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The callback executor refused work; it runs on a thread of the client instead",
          e);
      DEFAULT.execute(this::drain);
    }
  }

  private void drain() {
    current = Thread.currentThread();
    boolean finished = false;
    try {
      for (int left = PIECES_A_TURN; left > 0; left--) {
        Runnable piece = next();
        if (piece == null) {
          finished = true; // another thread may be in the lane already
          return;
        }
        piece.run();
      }
    } finally {
      if (!finished) {
        current = null;
        restart(); // the turn is over, or an Error ended this thread; what is queued still runs
      }
    }
  }

  private @Nullable Runnable next() {
    synchronized (queue) {
      Runnable piece = queue.poll();
      if (piece == null) {
        running = false;
        current = null;
      }
      return piece;
    }
  }

  private void restart() {
    synchronized (queue) {
      if (queue.isEmpty()) {
        running = false;
        return;
      }
    }
    submit();
  }
}
