package io.mooring.internal.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One daemon thread for what would stall the event loop. One of them takes what computes: handshake
 * steps (signatures, path building), PBKDF2 and token calls; another what waits for the disk. One
 * each, because two on a two-core board slow the loop down more than they gain. It goes away when
 * idle.
 *
 * <p>The thread ends when idle, so that almost any task may have to start one, and the system may
 * have none to give for a moment: the task then waits. A token, or an application's own key, may
 * hang in a call for ever. So that this holds up its own connection and no other, {@link #relieve}
 * lets another thread go on beside such a task.
 */
public final class Worker {
  /** A task that has run for so long hangs, or is as bad for whoever waits behind it. */
  static final long OVERDUE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Each task that hangs keeps its thread; more of them than this hold up the rest. */
  static final int MOST_THREADS = 4;

  private static final List<String> PLATFORM =
      List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor executor;
  private final AtomicInteger outstanding = new AtomicInteger();
  private final Set<Task> running = ConcurrentHashMap.newKeySet();
  private final Watch watch;
  private final Runnable onDone;
  private final Runnable onIdle;

  /** Who sees to it that tasks go on. Told on the thread that brings a task. */
  interface Watch {
    /** {@code worker} has something to do again. */
    void busy(Worker worker);

    /** The system gave {@code worker} no thread: {@link #startThread} is due after a while. */
    void starved(Worker worker, Throwable cause);
  }

  /**
   * {@code onDone} is told after each task, {@code onIdle} when none is left; both on its thread.
   */
  Worker(String name, Watch watch, Runnable onDone, Runnable onIdle) {
    this(DaemonThreads.named(name), watch, onDone, onIdle);
  }

  Worker(ThreadFactory threads, Watch watch, Runnable onDone, Runnable onIdle) {
    this.watch = watch;
    this.onDone = onDone;
    this.onIdle = onIdle;
    executor =
        new ThreadPoolExecutor(
            1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    executor.allowCoreThreadTimeOut(true);
  }

  /**
   * Queues {@code task}; any thread. If the system has no thread for it now, it waits for one.
   *
   * @throws RejectedExecutionException after the end of the loop
   */
  public void execute(Runnable task) {
    Task counted = new Task(task);
    boolean accepted = false;
    boolean first = outstanding.getAndIncrement() == 0;
    try {
      accept(counted);
      accepted = true;
    } finally {
      if (!accepted) {
        settle();
      }
    }
    if (first) {
      watch.busy(this);
    }
  }

  private void accept(Task task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      throw e;
    } catch (RuntimeException | Error e) { // OutOfMemoryError: unable to create native thread
      if (!executor.getQueue().contains(task)) {
        executor.getQueue().add(task);
      }
      watch.starved(this, e);
    }
  }

  /**
   * Tries again to get a thread for what waits.
   *
   * @return false if there is still none
   */
  boolean startThread() {
    try {
      if (backlog() > 0) {
        executor.prestartCoreThread();
      }
      return true;
    } catch (RuntimeException | Error e) { // as in accept
      return false;
    }
  }

  private void settle() {
    if (outstanding.decrementAndGet() == 0) {
      onIdle.run();
    }
  }

  /** How many tasks wait for those that run. */
  int backlog() {
    return executor.getQueue().size();
  }

  /** True while a task runs or waits: what it leaves behind still has to be wiped on the loop. */
  boolean isBusy() {
    return outstanding.get() > 0;
  }

  /**
   * Gives each task that is overdue a thread of its own, so that those behind it go on.
   *
   * @return where those are that were not overdue before
   */
  List<StackTraceElement> relieve(long nowNanos) {
    List<StackTraceElement> found = new ArrayList<>();
    for (Task task : running) {
      if (!task.overdue && nowNanos - task.begunAt >= OVERDUE_NANOS) {
        task.overdue = true;
        found.add(task.place());
      }
    }
    try {
      resize();
    } catch (OutOfMemoryError e) { // as in accept
      watch.starved(this, e);
    }
    return found;
  }

  private synchronized void resize() {
    int overdue = 0;
    for (Task task : running) {
      overdue += task.overdue ? 1 : 0;
    }
    int threads = Math.min(1 + overdue, MOST_THREADS);
    if (threads > executor.getMaximumPoolSize()) {
      executor.setMaximumPoolSize(threads);
      executor.setCorePoolSize(threads);
    } else if (threads < executor.getMaximumPoolSize()) {
      executor.setCorePoolSize(threads);
      executor.setMaximumPoolSize(threads);
    }
  }

  /** Lets what is queued run, then ends the thread. */
  void stop() {
    executor.shutdown();
  }

  private final class Task implements Runnable {
    private final Runnable body;

    private long begunAt;
    private Thread thread = Thread.currentThread();
    private volatile boolean overdue;

    Task(Runnable body) {
      this.body = body;
    }

    @Override
    public void run() {
      begunAt = System.nanoTime();
      thread = Thread.currentThread();
      running.add(this); // and what was written above shows with it
      try {
        body.run();
      } finally {
        running.remove(this);
        if (overdue) {
          resize();
        }
        onDone.run();
        settle();
      }
    }

    /** The innermost call that is not the platform's. */
    private StackTraceElement place() {
      StackTraceElement[] stack = thread.getStackTrace();
      for (StackTraceElement call : stack) {
        if (!isPlatform(call.getClassName())) {
          return call;
        }
      }
      return new StackTraceElement(Worker.class.getName(), "run", null, -1);
    }

    private static boolean isPlatform(String className) {
      return PLATFORM.stream().anyMatch(className::startsWith);
    }
  }
}
