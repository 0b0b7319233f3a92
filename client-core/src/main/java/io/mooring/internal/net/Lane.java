package io.mooring.internal.net;

import io.mooring.internal.telemetry.Log;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs the application's code in order, one piece at a time, off the event loop. Two lanes of one
 * client never wait for each other: a message handler may block on a receipt. A lane that has much
 * to do gives a thread of the application's executor back now and then, so that it does not starve
 * others of a small one.
 */
public final class Lane implements Executor {
  private static final Log LOG = Log.CALLBACK;
  private static final long IDLE_SECONDS = 10;
  private static final int PIECES_A_TURN = 256;
  private static final int UNBOUNDED = -1;

  static final String THREAD_NAME = "mooring-callback";

  /** The client's own threads, as many as there are callbacks that wait for something. */
  static final Executor THREADS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          DaemonThreads.named(THREAD_NAME));

  private final Executor executor;
  private final Executor fallback;
  private final int piecesATurn;
  private final Object monitor = new Object();

  /** Guarded by the monitor. */
  private Queue<Runnable> queue = new ArrayDeque<>(2);

  /** What the thread in the lane has taken out of the queue, all at once. */
  private Queue<Runnable> taken = new ArrayDeque<>(2);

  private boolean running;
  private volatile @Nullable Thread current;

  /** A lane on {@code executor}, or on daemon threads of the client's own if it is null. */
  public Lane(@Nullable Executor executor) {
    this(
        executor == null ? THREADS : executor,
        THREADS,
        executor == null ? UNBOUNDED : PIECES_A_TURN);
  }

  /** A lane on {@code executor}, and on {@code fallback} for what that one refuses. */
  Lane(Executor executor, Executor fallback) {
    this(executor, fallback, PIECES_A_TURN);
  }

  private Lane(Executor executor, Executor fallback, int piecesATurn) {
    this.executor = executor;
    this.fallback = fallback;
    this.piecesATurn = piecesATurn;
  }

  /** A lane on threads that nobody else waits for, given by {@code threads}. */
  static Lane of(Executor threads) {
    return new Lane(threads, THREADS, UNBOUNDED);
  }

  /**
   * True on the thread that runs a piece of this lane now: waiting for the lane would never end.
   */
  public boolean isCurrent() {
    return current == Thread.currentThread();
  }

  @Override
  public void execute(Runnable piece) {
    executeAll(List.of(piece));
  }

  /** The same for several pieces, in their order. */
  public void executeAll(Collection<Runnable> pieces) {
    synchronized (monitor) {
      queue.addAll(pieces);
      if (running) {
        return;
      }
      running = true;
    }
    submit();
  }

  /**
   * An executor that is full, shut down or faulty must not leave futures open for ever. If there is
   * no thread at all, what is queued stays, and the next piece tries again.
   */
  private void submit() {
    Turn turn = new Turn();
    try {
      executor.execute(turn);
      return;
    } catch (RuntimeException | Error e) { // the application's executor may throw anything
      if (!turn.take()) {
        throw e; // it ran on this thread: a piece threw, and the lane has gone on already
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "The callback executor refused work; it runs on a thread of the client instead",
          e);
    }
    Turn another = new Turn();
    try {
      fallback.execute(another);
    } catch (RuntimeException | Error e) { // no memory for a thread; the lane must outlive it
      if (!another.take()) {
        throw e; // as above
      }
      synchronized (monitor) {
        running = false;
      }
      LOG.log(
          System.Logger.Level.ERROR,
          "No thread for callbacks; they wait until there is more to run",
          e);
    }
  }

  private void drain() {
    current = Thread.currentThread();
    boolean finished = false;
    boolean interrupted = false;
    try {
      for (int left = piecesATurn; left != 0; left--) {
        Runnable piece = next();
        if (piece == null) {
          finished = true; // another thread may be in the lane already
          return;
        }
        piece.run();
        interrupted |= Thread.interrupted(); // it meant that piece, and not those behind it
      }
    } finally {
      if (!finished) {
        current = null;
        restart(); // the turn is over, or an Error ended this thread; what is queued still runs
      }
      if (interrupted) {
        Thread.currentThread().interrupt(); // whose executor it is may want to know
      }
    }
  }

  private @Nullable Runnable next() {
    Runnable piece = taken.poll();
    if (piece != null) {
      return piece;
    }
    synchronized (monitor) {
      Queue<Runnable> empty = taken;
      taken = queue;
      queue = empty;
      if (taken.isEmpty()) {
        running = false;
        current = null;
      }
      return taken.poll();
    }
  }

  private void restart() {
    synchronized (monitor) {
      if (queue.isEmpty() && taken.isEmpty()) {
        running = false;
        return;
      }
    }
    submit();
  }

  /** Runs once, even if an executor threw and kept it: two would run pieces at the same time. */
  private final class Turn implements Runnable {
    private final AtomicBoolean taken = new AtomicBoolean();

    private boolean take() {
      return taken.compareAndSet(false, true);
    }

    @Override
    public void run() {
      if (take()) {
        drain();
      }
    }
  }
}
