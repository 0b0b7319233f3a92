package io.mooring.internal.engine;

import io.mooring.Message;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.MooringException;
import io.mooring.internal.net.Lane;
import io.mooring.internal.outbox.FileOps;
import io.mooring.internal.outbox.OutboxLog;
import io.mooring.internal.session.ConnectExchange;
import io.mooring.internal.session.ConnectOptions;
import io.mooring.internal.session.InboundPublish;
import io.mooring.internal.session.Session;
import io.mooring.internal.session.SessionListener;
import io.mooring.internal.session.SessionState;
import io.mooring.internal.tls.VerifiedServers;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.PacketReader;
import io.mooring.internal.wire.WireBuffer;
import io.mooring.outbox.Outbox;
import io.mooring.testkit.MalformedPacketException;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One life of a device process: the real outgoing half, journal, gate, session and log, on threads
 * that a test runs one task at a time, with a connection that is cut wherever the test says.
 */
final class ModelDevice implements ConnectExchange.Listener, SessionListener {
  static final long SECOND = 1_000_000_000L;

  final List<InboundPublish> messages = new ArrayList<>();
  final SessionState state;
  final DurableOutgoing outgoing;
  final OutboundTally tally = new OutboundTally(Telemetry.silent());
  private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
  private final ArrayDeque<Runnable> disk = new ArrayDeque<>();
  private final List<Timer> timers = new ArrayList<>();
  private final Receipts receipts = new Receipts(new Lane(Runnable::run), this::flushLater);
  private final ConnectOptions options;
  private WireBuffer out = new WireBuffer();
  private PacketReader reader = new PacketReader(65_536);
  private SendGate gate;
  private @Nullable ConnectExchange exchange;
  private @Nullable Session session;
  private @Nullable Session last;
  long now = 1_000 * SECOND;

  /** So often the disk's thread does not start. JUnit would not survive an OutOfMemoryError. */
  int missingThreads;

  /** How often it was time to see whether anything is left. */
  int looks;

  /** So often a caller's thread runs out of memory once it has taken room for its message. */
  int shortages;

  private record Timer(long due, Runnable task) {}

  ModelDevice(Outbox settings, FileOps files, int receiveMaximum) {
    OutboxLog log = OutboxLog.open(settings, "meter-0042", files);
    OpenOutbox open = new OpenOutbox(settings, log, true);
    Calls calls = new Calls(loop::add, receipts);
    MemoryOutgoing light =
        new MemoryOutgoing(
            new QueueBounds(1_000, 1 << 20, QueueBounds.Words.FOR_BROKER),
            loop::add,
            () -> now,
            calls,
            receipts,
            tally,
            () -> {},
            this::step);
    outgoing =
        new DurableOutgoing(
            new DurableOutgoing.Setting(
                light,
                new Threads(),
                Clock.systemUTC(),
                calls,
                receipts,
                tally,
                () -> looks++,
                this::step,
                1_000,
                1 << 20),
            open,
            this::journalFailed);
    state = new SessionState(outgoing.queue(), outgoing.journal());
    outgoing.restore(log, state);
    loop.add(() -> outgoing.begin(true, state));
    gate = new SendGate(outgoing.journal());
    options =
        new ConnectOptions(
            log.clientId(),
            true,
            0,
            3_600,
            receiveMaximum,
            true,
            false,
            65_536,
            0,
            0,
            false,
            true,
            List.of(),
            null,
            null,
            null);
  }

  private final class Threads implements OutboxThreads {
    @Override
    public void onLoop(Runnable task) {
      loop.add(task);
    }

    @Override
    public void onDisk(Runnable task) {
      if (missingThreads > 0) {
        missingThreads--;
        throw new InternalError("unable to create native thread");
      }
      disk.add(task);
    }

    @Override
    public void later(long delayNanos, Runnable task) {
      timers.add(new Timer(now + delayNanos, task));
    }

    @Override
    public long nowNanos() {
      if (shortages > 0) {
        shortages--;
        throw new InternalError("Java heap space");
      }
      return now;
    }
  }

  private void flushLater() {
    loop.add(receipts::flush);
  }

  // --- what a test does
  // ---------------------------------------------------------------------------

  PendingPublish publish(Message message) {
    PendingPublish pending = PendingPublish.withStages();
    outgoing.publish(message, pending);
    return pending;
  }

  boolean runLoop() {
    Runnable task = loop.poll();
    if (task == null) {
      return false;
    }
    task.run();
    return true;
  }

  boolean runDisk() {
    Runnable task = disk.poll();
    if (task == null) {
      return false;
    }
    task.run();
    return true;
  }

  /** Runs all that is due on both threads. */
  void rest() {
    while (runDisk() || runLoop()) {
      // until nothing is left
    }
  }

  void pass(long nanos) {
    now += nanos;
    List<Timer> due = timers.stream().filter(timer -> timer.due <= now).toList();
    timers.removeAll(due);
    due.forEach(timer -> loop.add(timer.task));
  }

  boolean isLive() {
    return session != null;
  }

  boolean isConnected() {
    return exchange != null;
  }

  /** CONNECT. */
  void connect() {
    out = new WireBuffer();
    reader = new PacketReader(65_536);
    gate = new SendGate(outgoing.journal());
    ConnectExchange opened =
        new ConnectExchange(VerifiedServers.any(), options, state, out, this, this);
    exchange = opened;
    opened.start(null, null, now);
  }

  /** The line is cut. */
  void cut() {
    Session live = session;
    if (live != null) {
      live.ended(new ConnectionLostException("cut", null), now);
      last = live;
    }
    session = null;
    exchange = null;
    out = new WireBuffer();
  }

  void receive(MqttPacket packet) {
    byte[] bytes = packet.encode();
    reader.feed(bytes, 0, bytes.length, this::receive);
    step();
  }

  private void receive(Packet packet) {
    Session live = session;
    ConnectExchange pending = exchange;
    if (live != null) {
      live.onPacket(packet, now);
    } else if (pending != null) {
      pending.onPacket(packet, now);
    }
  }

  void acknowledge(InboundPublish message) {
    Session live = session != null ? session : last;
    if (live != null) {
      live.acknowledge(message, now);
      step();
    }
  }

  private void step() {
    Session live = session;
    if (live != null) {
      live.pump(now);
    }
  }

  /** What leaves through the gate. */
  List<MqttPacket> sent() {
    if (exchange == null) {
      return List.of();
    }
    int count = gate.open(out.length());
    byte[] bytes = Arrays.copyOf(out.array(), count);
    gate.left(count);
    out.removeFirst(count);
    step();
    try {
      return MqttPackets.decodeAll(bytes);
    } catch (MalformedPacketException e) {
      throw new AssertionError("what left is no sequence of whole packets", e);
    }
  }

  /** True if nothing is left to do, on disk or in memory. */
  boolean isDone() {
    return loop.isEmpty() && disk.isEmpty() && outgoing.isEmpty();
  }

  // --- what the session does
  // ----------------------------------------------------------------------

  private void journalFailed(MooringException cause) {
    if (gate.isHolding()) {
      cut();
    }
  }

  @Override
  public void challenge(byte @Nullable [] serverData) {
    throw new AssertionError("no authentication here");
  }

  @Override
  public void verify(byte @Nullable [] serverData) {
    throw new AssertionError("no authentication here");
  }

  @Override
  public void connected(Session live) {
    session = live;
    last = live;
  }

  @Override
  public void message(InboundPublish message) {
    messages.add(message);
  }

  @Override
  public void reauthenticated() {
    throw new AssertionError("no authentication here");
  }
}
