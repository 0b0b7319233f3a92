package io.mooring.internal.engine;

import io.mooring.InboundCounters;
import io.mooring.RateLimit;
import io.mooring.SubscribeOptions;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.net.Lane;
import io.mooring.internal.telemetry.Log;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One subscription's messages from the event loop to the handler: a bounded queue, a lane on which
 * the handler runs one message at a time, the rate limit between the two, and what became of each.
 *
 * <p>The event loop puts in and ends it; the lane takes out; any thread acknowledges. The state is
 * guarded by the monitor, so that the counters add up at every moment; nothing that may block runs
 * under it.
 */
final class Mailbox implements ReadingGate.Bar {
  private static final Log LOG = Log.CALLBACK;

  /** On a thread of our own nobody else waits for; on an executor others may, at every message. */
  private static final int MESSAGES_A_PIECE = 64;

  private final String filter;
  private final boolean drops;
  private final boolean manual;
  private final Consumer<Delivery> handler;
  private final Shared shared;
  private final DropReport report;
  private final Lane lane;
  private final LogSpacing failureLog = new LogSpacing();
  private final InboundQueue<Delivery> queue;
  private final @Nullable TokenBucket bucket;
  private final Set<Delivery> unacknowledged = new LinkedHashSet<>();
  private final int messagesAPiece;

  /** What came and is not yet handed over. Confined to the event loop. */
  private final List<Delivery> arrivals = new ArrayList<>(1);

  private long received;
  private long handled;
  private long failures;
  private long dropped;
  private long endedBefore;
  private boolean handling;
  private boolean active;
  private boolean barred;
  private boolean ended;

  /** Confined to the event loop. */
  private EventLoop.@Nullable Timer tokenDue;

  /**
   * What the mailboxes of one client have in common.
   *
   * @param window bounds them all
   * @param turned hears on the loop that a bar fell or rose
   * @param tally keeps the counters of mailboxes that are over
   * @param executor runs handlers, or null for threads of the client
   */
  record Shared(
      EventLoop loop,
      InboundWindow window,
      Consumer<ReadingGate.Bar> turned,
      Tally tally,
      @Nullable Executor executor) {}

  /** An empty one, which nobody counts yet; {@code report} hears of drops. */
  Mailbox(
      String filter,
      SubscribeOptions options,
      Consumer<Delivery> handler,
      Shared shared,
      DropReport report) {
    this.filter = filter;
    this.drops = options.overflow().drops();
    this.manual = options.manualAcknowledgement();
    this.handler = handler;
    this.shared = shared;
    this.report = report;
    this.lane = shared.loop().lane(shared.executor());
    this.messagesAPiece = shared.executor() == null ? MESSAGES_A_PIECE : 1;
    this.queue =
        new InboundQueue<>(options.overflow(), options.queueMessages(), options.queueBytes());
    RateLimit limit = options.rateLimit().orElse(null);
    this.bucket = limit == null ? null : new TokenBucket(limit, shared.loop().nowNanos());
  }

  String filter() {
    return filter;
  }

  // --- in: on the event loop --------------------------------------------------------------------

  /** A message came for this subscription. True if {@link #handOver} becomes due with it. */
  boolean arrived(Acknowledgement acknowledgement) {
    arrivals.add(new Delivery(acknowledgement, this));
    return arrivals.size() == 1;
  }

  /** Puts in what arrived, in its order. */
  void handOver() {
    if (drops) {
      arrivals.forEach(this::put);
    } else {
      putAll(arrivals);
    }
    arrivals.clear();
  }

  /** Where nothing is dropped: one lock for all. */
  private void putAll(List<Delivery> deliveries) {
    if (deliveries.isEmpty()) {
      return;
    }
    boolean start;
    boolean windowTurned;
    boolean turned;
    long bytes = 0;
    synchronized (this) {
      received += deliveries.size();
      for (int i = 0; i < deliveries.size(); i++) {
        List<Delivery> lost = queue.offer(deliveries.get(i), 0, 0);
        assert lost.isEmpty();
        bytes += deliveries.get(i).bytes();
      }
      windowTurned = shared.window().add(deliveries.size(), bytes, false);
      turned = !barred && queue.isFull();
      barred |= turned;
      start = !active;
      active = true;
    }
    tell(windowTurned, turned);
    if (start) {
      lane.execute(this::step);
    }
  }

  private void put(Delivery delivery) {
    List<Delivery> lost;
    boolean takenOver;
    boolean start;
    boolean windowTurned;
    synchronized (this) {
      received++;
      lost = queue.offer(delivery, shared.window().freeMessages(), shared.window().freeBytes());
      boolean kept = lost.isEmpty() || lost.get(lost.size() - 1) != delivery;
      windowTurned = kept && shared.window().add(delivery.bytes(), drops);
      for (Delivery gone : lost) {
        windowTurned |= gone != delivery && shared.window().remove(gone.bytes(), drops);
      }
      dropped += lost.size();
      takenOver = kept && !manual && !delivery.acknowledged;
      delivery.acknowledged |= takenOver;
      start = kept && !active;
      active |= start;
    }
    tell(windowTurned, false);
    if (takenOver) {
      delivery.acknowledgement().accepted();
    }
    lost.forEach(this::acknowledgeDropped);
    if (!lost.isEmpty()) {
      report.dropped(lost.size());
    }
    if (start) {
      lane.execute(this::step);
    }
  }

  private void acknowledgeDropped(Delivery gone) {
    if (isFirstWord(gone)) {
      gone.acknowledgement().dropped();
    }
  }

  private synchronized boolean isFirstWord(Delivery delivery) {
    boolean first = !delivery.acknowledged;
    delivery.acknowledged = true;
    return first;
  }

  /**
   * A new connection is live. What was handled and waits to be acknowledged by hand gives its room
   * back, unless the broker still counts on the answer: it sends the message again.
   */
  void connected(boolean sessionPresent) {
    boolean windowTurned = false;
    boolean turned;
    synchronized (this) {
      for (Delivery each : List.copyOf(unacknowledged)) {
        if (!sessionPresent || !each.publish().outlivesConnection()) {
          unacknowledged.remove(each);
          windowTurned |= release(each);
        }
      }
      turned = rises();
    }
    tell(windowTurned, turned);
  }

  /** The subscription is over: what waits is acknowledged and not handled. More than once. */
  void end() {
    for (Delivery left : stop(false)) {
      if (isFirstWord(left)) {
        left.acknowledgement().accepted();
      }
    }
  }

  /** The same, but what waits goes to {@code successor}, in order. */
  void handTo(Mailbox successor) {
    for (Delivery left : stop(true)) {
      Delivery moved = new Delivery(left.acknowledgement(), successor);
      moved.acknowledged = left.acknowledged;
      successor.arrivals.add(moved);
    }
    successor.handOver();
  }

  private List<Delivery> stop(boolean handedOn) {
    List<Delivery> left;
    boolean windowTurned = false;
    boolean turned;
    boolean idle;
    synchronized (this) {
      ended = true;
      left = queue.drain();
      for (Delivery each : left) {
        windowTurned |= shared.window().remove(each.bytes(), drops);
      }
      if (handedOn) {
        received -= left.size();
      } else {
        endedBefore += left.size();
      }
      for (Delivery each : unacknowledged) {
        windowTurned |= release(each);
      }
      unacknowledged.clear();
      turned = barred;
      barred = false;
      idle = !handling;
    }
    tell(windowTurned, turned);
    report.end();
    EventLoop.Timer due = tokenDue;
    if (due != null) {
      due.cancel();
    }
    if (idle) {
      shared.tally().over(this);
    }
    return left;
  }

  // --- out: on the lane -------------------------------------------------------------------------

  private void step() {
    Delivery next = proceed(null, true);
    for (int left = messagesAPiece; next != null; left--) {
      boolean goesOn = false;
      try {
        handler.accept(next);
        goesOn = left > 1 && !Thread.currentThread().isInterrupted(); // the lane clears that
      } finally {
        if (!goesOn) { // others may have their turn; or an Error ends this thread, not the lane
          proceed(next, false);
          lane.execute(this::step);
        }
      }
      if (!goesOn) {
        return;
      }
      next = proceed(next, true);
    }
  }

  /** Settles the message that the handler is done with, and takes the next one if asked to. */
  private @Nullable Delivery proceed(@Nullable Delivery done, boolean takesNext) {
    boolean windowTurned = false;
    boolean turned = false;
    boolean owes = false;
    boolean over = false;
    Delivery next = null;
    long wait = 0;
    synchronized (this) {
      if (done != null) {
        owes = done.isHandled() && !done.acknowledged;
        done.acknowledged |= owes;
        windowTurned = returned(done);
        turned = rises();
        over = ended;
      }
      if (takesNext) {
        active = queue.waiting() > 0;
        wait = active && bucket != null ? bucket.take(shared.loop().nowNanos()) : 0;
        next = wait == 0 ? queue.poll() : null;
        handling = next != null;
      }
    }
    tell(windowTurned, turned);
    if (done != null && owes) {
      done.acknowledgement().accepted();
    }
    if (over) {
      shared.tally().over(this);
    }
    if (wait > 0) {
      long until = wait;
      shared.loop().execute(() -> continueIn(until));
    }
    return next;
  }

  /** Under the monitor. True if the window turned. */
  private boolean returned(Delivery delivery) {
    handling = false;
    delivery.returned = true;
    if (delivery.failed) {
      failures++;
    } else {
      handled++;
    }
    if (delivery.acknowledged || ended) {
      return release(delivery);
    }
    unacknowledged.add(delivery);
    return false;
  }

  private void continueIn(long nanos) {
    synchronized (this) {
      if (ended) {
        return;
      }
    }
    tokenDue =
        shared.loop().schedule(shared.loop().nowNanos() + nanos, () -> lane.execute(this::step));
  }

  // --- acknowledging: any thread ----------------------------------------------------------------

  /** See {@link Delivery#acknowledge}. */
  void acknowledge(Delivery delivery) {
    boolean windowTurned;
    boolean turned;
    synchronized (this) {
      if (delivery.acknowledged) {
        return;
      }
      delivery.acknowledged = true;
      windowTurned = unacknowledged.remove(delivery) && release(delivery);
      turned = rises();
    }
    tell(windowTurned, turned);
    delivery.acknowledgement().accepted();
  }

  /** See {@link Delivery#fail}. */
  void fail(Delivery delivery, @Nullable Exception cause) {
    boolean first;
    synchronized (this) {
      delivery.failed = true;
      first = !delivery.acknowledged;
      delivery.acknowledged = true;
    }
    if (first) {
      delivery.acknowledgement().failed();
    }
    long failed = failureLog.occurred(shared.loop().nowNanos());
    if (failed > 0 && cause != null) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The handler of '"
              + filter
              + "' threw on a message on "
              + delivery.topic()
              + (first
                  ? "; it is acknowledged, so that the broker does not send it again"
                  : "; the message was acknowledged before")
              + (failed > 1 ? ". Failures since this was last said: " + failed : ""),
          cause);
    }
  }

  // --- room and counters ------------------------------------------------------------------------

  private boolean release(Delivery delivery) {
    queue.release(delivery);
    return shared.window().remove(delivery.bytes(), drops);
  }

  private boolean rises() {
    boolean turned = barred && queue.hasRoom();
    barred &= !turned;
    return turned;
  }

  private void tell(boolean windowTurned, boolean turned) {
    if (windowTurned) {
      tell(shared.window());
    }
    if (turned) {
      tell(this);
    }
  }

  /** At once on the loop: what is read further must not wait for a later turn. */
  private void tell(ReadingGate.Bar bar) {
    if (shared.loop().inLoop()) {
      shared.turned().accept(bar);
    } else {
      shared.loop().execute(() -> shared.turned().accept(bar));
    }
  }

  @Override
  public synchronized boolean isDown() {
    return barred;
  }

  synchronized boolean ended() {
    return ended;
  }

  synchronized InboundCounters counters() {
    return new InboundCounters(
        received,
        handled,
        failures,
        dropped,
        endedBefore,
        0,
        0,
        queue.waiting() + (handling ? 1 : 0));
  }
}
