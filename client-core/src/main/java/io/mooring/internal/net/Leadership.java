package io.mooring.internal.net;

import io.mooring.internal.telemetry.Log;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Which thread runs the event loop: one at a time (Leader/Followers, POSA volume 2). Where a
 * callback of the application is due and the loop was at rest, it need not wait until a thread has
 * woken: the leader gives the loop to another thread and runs the callback itself. What is confined
 * to the loop is confined to whoever leads.
 */
final class Leadership {
  private static final Log LOG = Log.LOOP;

  private final Executor threads;
  private final Turns turns;
  private final Runnable lead = this::lead;

  private volatile @Nullable Thread leader;

  /** What the leader runs once it has given the loop away. Confined to the leader. */
  private @Nullable Runnable callback;

  /** What is led. Each is asked for by the leader alone. */
  interface Turns {
    /** Whether there is another turn. */
    boolean goOn();

    /** One turn; throws nothing. */
    void turn();

    /** Whether the loop has better stay where it is, its caches warm. */
    boolean stay();

    /** There is no further turn. */
    void end();
  }

  /** Nobody leads until {@link #begin}; each leader is one of {@code threads}. */
  Leadership(Executor threads, Turns turns) {
    this.threads = threads;
    this.turns = turns;
  }

  void begin() {
    threads.execute(lead);
  }

  /** True on the thread that leads. */
  boolean isMine() {
    return Thread.currentThread() == leader;
  }

  /** Whether a callback waits for the end of the turn. Leader only. */
  boolean owesCallback() {
    return callback != null;
  }

  /** Runs {@code due} on another thread, or on the leader's as soon as that is followed. */
  void callback(Runnable due, boolean byLeader) {
    if (byLeader && isMine() && callback == null) {
      callback = due;
    } else {
      threads.execute(due);
    }
  }

  private void lead() {
    Thread.currentThread().setName("mooring-loop");
    leader = Thread.currentThread();
    Runnable due = null;
    try {
      while (due == null && turns.goOn()) {
        turns.turn();
        due = handOn();
      }
    } finally {
      if (due == null) {
        turns.end();
      }
    }
    Thread.currentThread().setName(Lane.THREAD_NAME);
    if (due != null) {
      due.run();
    }
  }

  /** Gives the loop to another thread, if this one has a callback to run; returns that. */
  private @Nullable Runnable handOn() {
    Runnable due = callback;
    if (due == null) {
      return null;
    }
    callback = null;
    try {
      if (turns.stay()) {
        threads.execute(due);
        return null;
      }
      leader = null;
      threads.execute(lead);
      return due; // from here on the loop's state is the other's
    } catch (RuntimeException | Error e) { // no memory for a thread
      leader = Thread.currentThread();
      callback = due;
      LOG.log(
          System.Logger.Level.ERROR, "No thread for callbacks; they wait until there is one", e);
      return null;
    }
  }
}
