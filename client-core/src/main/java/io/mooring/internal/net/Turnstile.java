package io.mooring.internal.net;

import io.mooring.internal.telemetry.Log;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where attempts to connect wait for their turn, first come first served for each broker, and the
 * brokers in rotation. Two things hold it shut. The worker's queue: handshakes are computed one
 * after the other, and a thousand begun at once would all pass their deadlines, be begun again, and
 * never end; so the next begins when the worker has nearly nothing to do. And an {@link
 * AttemptWindow} for each broker: whoever is connected to it waits behind the handshakes that it
 * computes; a narrower one while one of them waits for an answer. An attempt that has not arrived
 * within a second keeps no place in the window, so that silence does not look like work; in all
 * there are {@link AttemptWindow#MOST} of a broker, so that one that accepts and stays silent holds
 * up nobody else. Confined to the event loop.
 */
public final class Turnstile {
  /** After so long an attempt waits for something else than its turn at a busy broker. */
  static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** For so long behind a message on its way, there is traffic that attempts give way to. */
  static final long TRAFFIC_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final Log LOG = Log.LOOP;

  /** Steps that wait for the worker while another attempt begins, at most. */
  static final int BACKLOG = 2;

  private final IntSupplier workerBacklog;
  private final Time time;
  private final Map<String, Peer> peers = new LinkedHashMap<>();
  private boolean admitting;
  private boolean traffic;
  private long trafficAt;
  private int waiting;

  /** Read by the worker's thread, to know whether anybody is to be told that it has time. */
  private volatile boolean anybodyWaits;

  /** The loop's clock. */
  interface Time {
    /** As {@link System#nanoTime} has it. */
    long nowNanos();

    /** Runs {@code action} once {@code deadlineNanos} has come. */
    void schedule(long deadlineNanos, Runnable action);
  }

  /** {@code workerBacklog} tells how many steps wait for the worker. */
  Turnstile(IntSupplier workerBacklog, Time time) {
    this.workerBacklog = workerBacklog;
    this.time = time;
  }

  /** Waits for a turn to connect to {@code peer}; {@code begin} runs when it comes, maybe now. */
  public Turn queue(String peer, Runnable begin) {
    Turn turn = new Turn(peers.computeIfAbsent(peer, Peer::new), begin);
    turn.peer.waiting.add(turn);
    waiting++;
    anybodyWaits = true;
    admit();
    return turn;
  }

  /** Somebody who is connected waits for a broker's answer to a message. */
  public void besideTraffic() {
    if (waiting > 0) {
      traffic = true;
      trafficAt = time.nowNanos();
    }
  }

  private boolean isBesideTraffic(long now) {
    traffic &= now - trafficAt < TRAFFIC_NANOS;
    return traffic;
  }

  /** True if somebody is held up. Any thread. */
  boolean anybodyWaits() {
    return anybodyWaits;
  }

  /** Lets in whom it can. Due after each step of the worker while somebody waits. */
  void admit() {
    if (admitting) {
      return;
    }
    admitting = true;
    try {
      while (waiting > 0 && workerBacklog.getAsInt() < BACKLOG) {
        Turn next = next();
        if (next == null) {
          break;
        }
        begin(next);
      }
    } finally {
      admitting = false;
      anybodyWaits = waiting > 0;
    }
  }

  /** One client's fault must not end what another one is about, which let this one in. */
  private static void begin(Turn next) {
    try {
      next.begin();
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "A fault inside Mooring; please report it", e);
    }
  }

  private @Nullable Turn next() {
    for (Iterator<Peer> all = peers.values().iterator(); all.hasNext(); ) {
      Peer peer = all.next();
      if (!peer.waiting.isEmpty() && peer.hasRoom()) {
        all.remove();
        peers.put(peer.name, peer); // to the end of the rotation
        return peer.waiting.remove();
      }
    }
    return null;
  }

  private final class Peer {
    private final String name;
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private final AttemptWindow wide = AttemptWindow.whileNobodyWaits();
    private final AttemptWindow narrow = AttemptWindow.besideTraffic();

    /** Under way for less than {@link #SILENT_NANOS}, in the order in which they began. */
    private final Deque<Turn> fresh = new ArrayDeque<>();

    private int underWay;
    private boolean lookingAgain;

    private Peer(String name) {
      this.name = name;
    }

    private AttemptWindow window(long now) {
      return isBesideTraffic(now) ? narrow : wide;
    }

    private boolean hasRoom() {
      long now = time.nowNanos();
      while (!fresh.isEmpty() && now - fresh.element().begunAt >= SILENT_NANOS) {
        fresh.remove();
      }
      if (underWay >= AttemptWindow.MOST) {
        return false;
      }
      boolean room = fresh.size() < window(now).size();
      if (!room && !lookingAgain) {
        lookingAgain = true;
        time.schedule(fresh.element().begunAt + SILENT_NANOS, this::lookAgain);
      }
      return room;
    }

    private void lookAgain() {
      lookingAgain = false;
      admit();
    }
  }

  private enum Stage {
    WAITING,
    UNDER_WAY,
    OVER
  }

  /** One attempt's place. */
  public final class Turn {
    private final Peer peer;
    private final Runnable begin;
    private Stage stage = Stage.WAITING;
    private long begunAt;

    private Turn(Peer peer, Runnable begin) {
      this.peer = peer;
      this.begin = begin;
    }

    private void begin() {
      stage = Stage.UNDER_WAY;
      waiting--;
      begunAt = time.nowNanos();
      peer.underWay++;
      peer.fresh.add(this);
      boolean begun = false;
      try {
        begin.run();
        begun = true;
      } finally {
        if (!begun) {
          release(); // nobody else would: the place would be lost
        }
      }
    }

    /** The attempt succeeded: the next may come, and how long it took tells how many. */
    public void arrived() {
      if (stage == Stage.UNDER_WAY) {
        long now = time.nowNanos();
        peer.window(now).arrived(now - begunAt, peer.fresh.size());
      }
      release();
    }

    /** The attempt failed, was given up or is over: the next may come. More than once. */
    public void release() {
      if (stage == Stage.WAITING) {
        peer.waiting.remove(this);
        waiting--;
      } else if (stage == Stage.UNDER_WAY) {
        peer.underWay--;
        peer.fresh.remove(this);
      }
      stage = Stage.OVER;
      if (peer.underWay == 0 && peer.waiting.isEmpty()) {
        peers.remove(peer.name, peer);
      }
      admit();
    }
  }
}
