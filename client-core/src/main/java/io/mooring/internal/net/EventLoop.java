package io.mooring.internal.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that serves every client of the JVM: sockets, timers and tasks. Nothing on it
 * blocks. It starts with the first client and ends with the last; it is a daemon and keeps no JVM
 * alive.
 */
public final class EventLoop {
  private static final System.Logger LOG = System.getLogger(EventLoop.class.getName());
  private static final Object SHARED_LOCK = new Object();

  @SuppressWarnings("NonFinalStaticField") // the loop shared by all clients, guarded by SHARED_LOCK
  private static @Nullable EventLoop shared;

  private final Selector selector;
  private final Thread thread;
  private final Worker worker;
  private final Worker disk;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean wakeupPending = new AtomicBoolean();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private int users;
  private volatile boolean stopping;

  private EventLoop(Selector selector) {
    this.selector = selector;
    this.worker = new Worker("mooring-worker", selector::wakeup);
    this.disk = new Worker("mooring-disk", selector::wakeup);
    this.thread = new Thread(this::run, "mooring-loop");
    this.thread.setDaemon(true);
  }

  /**
   * The shared loop, started if it is not running. Each call is paired with one {@link #release}.
   *
   * @throws UncheckedIOException if the operating system gives no selector
   */
  public static EventLoop acquire() {
    synchronized (SHARED_LOCK) {
      EventLoop loop = shared;
      if (loop == null) {
        loop = new EventLoop(openSelector());
        loop.thread.start();
        shared = loop;
      }
      loop.users++;
      return loop;
    }
  }

  /** Gives the loop back; with the last user its threads end. */
  public void release() {
    synchronized (SHARED_LOCK) {
      if (--users > 0) {
        return;
      }
      shared = null;
    }
    stopping = true;
    selector.wakeup();
  }

  private static Selector openSelector() {
    try {
      return Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The operating system gave no selector: " + e + ". Check the limit of open files.", e);
    }
  }

  /** True on the loop's thread. */
  public boolean inLoop() {
    return Thread.currentThread() == thread;
  }

  /** Runs {@code task} on the loop, after those already queued. Any thread. */
  public void execute(Runnable task) {
    tasks.add(task);
    if (!inLoop() && wakeupPending.compareAndSet(false, true)) {
      selector.wakeup();
    }
  }

  /** The worker beside the loop: handshake steps, PBKDF2, token calls. */
  public Worker worker() {
    return worker;
  }

  /** The thread that reads and writes the outboxes, and waits for the disk. */
  public Worker disk() {
    return disk;
  }

  /** The time that timers and sessions go by: {@link System#nanoTime}. */
  public long nowNanos() {
    return System.nanoTime();
  }

  /** Runs {@code action} on the loop once {@code deadlineNanos} has come. Loop only. */
  public Timer schedule(long deadlineNanos, Runnable action) {
    Timer timer = new Timer(deadlineNanos, action);
    timers.add(timer);
    return timer;
  }

  /** Watches {@code channel}; {@code handler} hears of readiness. Loop only. */
  SelectionKey register(SocketChannel channel, int operations, Ready handler) throws IOException {
    return channel.register(selector, operations, handler);
  }

  private void run() {
    try {
      while (!stopping || !tasks.isEmpty() || worker.isBusy() || disk.isBusy()) {
        select();
        wakeupPending.set(false);
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isValid() && key.attachment() instanceof Ready handler) {
            guarded(() -> handler.ready(key));
          }
        }
        selector.selectedKeys().clear();
        runTasks();
        runTimers();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "The selector failed; the event loop ends", e);
    } finally {
      synchronized (SHARED_LOCK) {
        if (shared == this) {
          shared = null; // the selector failed: the next client gets a new loop
        }
      }
      worker.stop();
      disk.stop();
      closeSelector();
    }
  }

  private void select() throws IOException {
    if (!tasks.isEmpty()) {
      selector.selectNow();
      return;
    }
    Timer next = timers.peek();
    if (next == null) {
      selector.select();
      return;
    }
    long wait = next.deadlineNanos - nowNanos();
    if (wait <= 0) {
      selector.selectNow();
    } else {
      selector.select(TimeUnit.NANOSECONDS.toMillis(wait) + 1);
    }
  }

  private void runTasks() {
    // A task may add others; those wait for the next turn, so that sockets get theirs.
    for (int left = tasks.size(); left > 0; left--) {
      Runnable task = tasks.poll();
      if (task == null) {
        return;
      }
      guarded(task);
    }
  }

  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) { // one client's fault must not end the loop of all
      LOG.log(System.Logger.Level.ERROR, "A fault inside Mooring; please report it", e);
    }
  }

  private void runTimers() {
    long now = nowNanos();
    for (Timer timer = timers.peek();
        timer != null && timer.deadlineNanos - now <= 0;
        timer = timers.peek()) {
      timers.poll();
      guarded(timer.action);
    }
  }

  private void closeSelector() {
    try {
      selector.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "The selector could not be closed", e);
    }
  }

  /** Hears that a channel is ready, on the loop. */
  interface Ready {
    void ready(SelectionKey key);
  }

  /** An action at a time. */
  public final class Timer implements Comparable<Timer> {
    private final long deadlineNanos;
    private final Runnable action;

    /** When it is due. */
    public long deadlineNanos() {
      return deadlineNanos;
    }

    private Timer(long deadlineNanos, Runnable action) {
      this.deadlineNanos = deadlineNanos;
      this.action = action;
    }

    /** Takes it away, whether it has run or not. Loop only. */
    public void cancel() {
      timers.remove(this);
    }

    @Override
    public int compareTo(Timer other) {
      return Long.signum(deadlineNanos - other.deadlineNanos);
    }
  }
}
