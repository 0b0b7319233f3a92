package io.mooring.internal.net;

import io.mooring.internal.telemetry.Log;
import io.mooring.internal.wire.SpareArray;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one thread at a time that serves every client of the JVM: sockets, timers and tasks. Nothing
 * on it blocks. It starts with the first client and ends a second after the last, so that whoever
 * closes one client and opens the next pays for no thread, selector and buffers anew; it is a
 * daemon and keeps no JVM alive.
 *
 * <p>What a busy client pays for is wake-ups, more than messages. So nobody wakes a loop that is
 * awake, and where nobody waits for an answer it is held off for a moment, so that one turn takes
 * what would have been many ({@link #unhurried}); network cards moderate their interrupts the same
 * way.
 *
 * <p>Which thread that is changes where somebody waits for a callback: {@link Leadership}.
 */
public final class EventLoop {
  private static final Log LOG = Log.LOOP;
  private static final Object SHARED_LOCK = new Object();

  @SuppressWarnings("NonFinalStaticField") // the loop shared by all clients, guarded by SHARED_LOCK
  private static @Nullable EventLoop shared;

  /** How long the loop stays without a client. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long SELECTOR_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A loop that has slept so long is at rest: a flood of messages leaves shorter gaps. */
  private static final long REST_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final SelectorSource selectors;
  private final Leadership leadership;
  private final Executor callbacks = this::callback;
  private final Worker worker;
  private final Worker disk;
  private final Turnstile turnstile;
  private final Names names;
  private final Lane records = new Lane(null);

  /** Who hears of each channel's readiness, and of its loss if the selector fails. */
  private final Map<SocketChannel, Ready> watched = new HashMap<>();

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> atEndOfTurn = new ArrayDeque<>();

  /** True from before the last look at the tasks until the selector has returned. */
  private final AtomicBoolean asleep = new AtomicBoolean();

  private final SpareArray spareArray = new SpareArray();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final Lull lull = new Lull(System.nanoTime());

  /** Guarded by SHARED_LOCK. */
  private int users;

  private @Nullable Timer lingering;

  private boolean atRest;
  private boolean selectorMissing;
  private volatile Selector selector;
  private volatile boolean stopping;

  /** A loop that runs, once it is started, on one of {@code threads} after the other. */
  EventLoop(SelectorSource selectors, Executor threads) {
    this.selectors = selectors;
    this.leadership = new Leadership(threads, new Led());
    this.selector = openSelector(selectors);
    this.worker =
        new Worker(
            "mooring-worker", new WorkerWatch(this, true), this::workerHasTime, this::wakeup);
    this.disk = new Worker("mooring-disk", new WorkerWatch(this, false), () -> {}, this::wakeup);
    this.turnstile = new Turnstile(worker::backlog, new LoopTime());
    this.names = new Names(this::execute, Resolver::resolve);
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
        loop = new EventLoop(Selector::open, Lane.THREADS);
        loop.start();
        shared = loop;
      }
      loop.users++;
      return loop;
    }
  }

  /** Gives the loop back; a second after the last user its threads end. */
  public void release() {
    synchronized (SHARED_LOCK) {
      if (--users > 0) {
        return;
      }
    }
    execute(this::linger);
  }

  private void linger() {
    Timer earlier = lingering;
    if (earlier != null) {
      earlier.cancel();
    }
    lingering = schedule(nowNanos() + LINGER_NANOS, this::stopIfUnused);
  }

  private void stopIfUnused() {
    synchronized (SHARED_LOCK) {
      if (users > 0) {
        return;
      }
      if (shared == this) {
        shared = null;
      }
    }
    stop();
  }

  void start() {
    leadership.begin();
  }

  void stop() {
    stopping = true;
    wakeup();
  }

  private static Selector openSelector(SelectorSource selectors) {
    try {
      return selectors.open();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The operating system gave no selector: " + e + ". Check the limit of open files.", e);
    }
  }

  /** True on the loop's thread. */
  public boolean inLoop() {
    return leadership.isMine();
  }

  /** Runs {@code task} on the loop, after those already queued. Any thread. */
  public void execute(Runnable task) {
    tasks.add(task);
    if (inLoop()) {
      lull.goOnAtOnce();
    } else if (asleep.get() && asleep.compareAndSet(true, false)) {
      wakeup();
    }
  }

  /** Runs {@code task} before this turn ends, after the tasks that it took up. Loop only. */
  public void atEndOfTurn(Runnable task) {
    atEndOfTurn.add(task);
  }

  /**
   * Says of a client with much in flight that nothing it waits for is urgent: if turns follow each
   * other closely, the next one may begin {@code nanos} later and take more at once. Holds for this
   * turn. Loop only.
   */
  public void unhurried(long nanos) {
    lull.ask(nanos);
  }

  private void wakeup() {
    selector.wakeup();
  }

  private void workerHasTime() {
    if (turnstile.anybodyWaits()) {
      execute(turnstile::admit);
    }
  }

  /** A lane for the application's code, on {@code executor} or else on threads of the client. */
  public Lane lane(@Nullable Executor executor) {
    return executor == null ? Lane.of(callbacks) : new Lane(executor);
  }

  private void callback(Runnable turn) {
    leadership.callback(turn, inLoop() && atRest);
  }

  /** Where attempts to connect wait for their turn. Loop only. */
  public Turnstile turnstile() {
    return turnstile;
  }

  /** Where log records of all clients are written, one after the other: that may block. */
  public Lane records() {
    return records;
  }

  /** DNS beside the loop. Loop only. */
  public Names names() {
    return names;
  }

  /** The worker beside the loop: handshake steps, PBKDF2, token calls. */
  public Worker worker() {
    return worker;
  }

  /** The thread that reads and writes the outboxes, and waits for the disk. */
  public Worker disk() {
    return disk;
  }

  /** What the buffers of all clients borrow for bursts. Loop only. */
  public SpareArray spareArray() {
    return spareArray;
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
    SelectionKey key;
    try {
      key = channel.register(selector, operations, handler);
    } catch (ClosedSelectorException e) {
      throw new IOException("The operating system gives no selector", e);
    }
    watched.put(channel, handler);
    return key;
  }

  /** From now on {@code handler} hears of a channel that is watched already. Loop only. */
  void handOver(SocketChannel channel, SelectionKey key, Ready handler) {
    key.attach(handler);
    watched.put(channel, handler);
  }

  /** Closes the channel, and watches it no longer. Loop only. */
  void hangUp(SocketChannel channel) {
    watched.remove(channel);
    close(channel);
  }

  private void turn() {
    Thread.interrupted(); // an application's, for a callback that ran here: select would not wait
    long hold = lull.take();
    if (hold > 0) {
      LockSupport.parkNanos(hold);
    }
    try {
      select();
      readyKeys();
    } catch (IOException | ClosedSelectorException e) {
      replaceSelector(e);
    }
    runTasks();
    runTimers();
    runAtEndOfTurn();
  }

  private void readyKeys() {
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.isValid() && key.attachment() instanceof Ready handler) {
        guarded(() -> handler.ready(key));
      }
    }
    selector.selectedKeys().clear();
  }

  /**
   * Without its selector the loop would leave every client hanging. Each connection is told that it
   * is lost, so that the clients connect again; timers and tasks go on, and if the system gives no
   * new selector now, it is asked again.
   */
  private void replaceSelector(Exception cause) {
    LOG.log(
        selectorMissing ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR,
        "The selector failed; every connection is made anew",
        cause);
    close(selector);
    try {
      selector = selectors.open();
      selectorMissing = false;
    } catch (IOException e) {
      LOG.log(
          selectorMissing ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR,
          "The operating system gives no new selector; it is asked again and again",
          e);
      selectorMissing = true;
      LockSupport.parkNanos(SELECTOR_PAUSE_NANOS);
    }
    List<Ready> losing = List.copyOf(watched.values());
    watched.clear();
    losing.forEach(each -> guarded(() -> each.lost(cause)));
  }

  private void select() throws IOException {
    Timer next = timers.peek();
    long wait = next == null ? Long.MAX_VALUE : next.deadlineNanos - nowNanos();
    atRest = false;
    asleep.set(true); // whoever adds a task behind the look at them wakes the selector
    try {
      if (selector.selectNow() == 0 && wait > 0 && tasks.isEmpty()) {
        atRest = sleep(next == null ? 0 : TimeUnit.NANOSECONDS.toMillis(wait) + 1);
      }
    } finally {
      asleep.set(false);
    }
  }

  /**
   * Waits for so long, or without end if that is 0. What it took without waiting says nothing of
   * rest: where threads are more than cores, this one may just not have had its turn.
   *
   * @return whether that was rest, and one channel at most has ended it
   */
  private boolean sleep(long millis) throws IOException {
    long before = nowNanos();
    int ready = selector.select(millis);
    return ready <= 1 && nowNanos() - before > REST_NANOS;
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

  private void runAtEndOfTurn() {
    for (Runnable task = atEndOfTurn.poll(); task != null; task = atEndOfTurn.poll()) {
      guarded(task);
    }
  }

  private void runTimers() {
    long now = nowNanos();
    lull.turned(now);
    for (Timer timer = timers.peek();
        timer != null && timer.deadlineNanos - now <= 0;
        timer = timers.peek()) {
      timers.poll();
      guarded(timer.action);
    }
  }

  private static void close(Closeable resource) {
    try {
      resource.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, resource + " could not be closed", e);
    }
  }

  private final class Led implements Leadership.Turns {
    @Override
    public boolean goOn() {
      return !stopping
          || leadership.owesCallback()
          || !tasks.isEmpty()
          || worker.isBusy()
          || disk.isBusy();
    }

    @Override
    public void turn() {
      try {
        EventLoop.this.turn();
      } catch (RuntimeException | Error e) { // memory, say: the loop of all must outlive it
        asleep.set(false);
        LOG.log(System.Logger.Level.ERROR, "A turn of the event loop failed; it goes on", e);
        LockSupport.parkNanos(SELECTOR_PAUSE_NANOS);
      }
    }

    @Override
    public boolean stay() {
      return lull.isAsked() || worker.isBusy(); // a handshake's end may come at any moment
    }

    @Override
    public void end() {
      synchronized (SHARED_LOCK) {
        if (shared == EventLoop.this) {
          shared = null; // an Error ended this loop: the next client gets a new one
        }
      }
      worker.stop();
      disk.stop();
      watched.keySet().forEach(EventLoop::close); // the selector's end would leave them open
      close(selector);
    }
  }

  private final class LoopTime implements Turnstile.Time {
    @Override
    public long nowNanos() {
      return EventLoop.this.nowNanos();
    }

    @Override
    public void schedule(long deadlineNanos, Runnable action) {
      EventLoop.this.schedule(deadlineNanos, action);
    }
  }

  /** Hears of a channel, on the loop. */
  interface Ready {
    /** It is ready for what is asked of it. */
    void ready(SelectionKey key);

    /** It is watched no longer and of no more use. */
    void lost(Throwable cause);
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
