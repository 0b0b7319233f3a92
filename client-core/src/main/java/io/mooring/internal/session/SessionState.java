package io.mooring.internal.session;

import io.mooring.error.MooringException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a connection (MQTT 5, section 4.1): publishes in flight with their Packet
 * Identifiers, inbound QoS 2 identifiers, and what waits to be sent. Confined to the event loop;
 * used by one connection at a time.
 *
 * <p>When the broker has lost the session, QoS 1 and 2 publishes without PUBREC are sent again as
 * new ones, first and in their order. A QoS 2 message may then arrive twice: the identifier that
 * would have told was lost with the session, and accepted means kept. A QoS 2 publish with PUBREC
 * counts as delivered: with PUBREC the broker took it over (section 4.3.3).
 */
public final class SessionState {
  private static final int LAST_PACKET_ID = 65_535;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final PublishQueue queue;
  private final SessionJournal journal;
  private final ArrayDeque<OutboundPublish> again = new ArrayDeque<>(1);
  private final PacketTable<Awaited> awaited = new PacketTable<>();
  private final InFlightList publishing = new InFlightList();
  private final InFlightList releasing = new InFlightList();
  private final PacketTable<InboundPublish> inbound = new PacketTable<>();
  private final Map<String, Integer> liveAt = new HashMap<>(1);
  private int sessionNumber;
  private int lastPacketId;
  private boolean held;

  /** The journal knows that the broker may hold the session. */
  private boolean noted;

  private boolean expires;
  private long expiresAtNanos;
  private @Nullable String assignedClientIdentifier;

  /** A state that holds no session yet, in memory only. */
  public SessionState(PublishQueue queue) {
    this(queue, SessionJournal.NONE);
  }

  /** A state that holds no session yet. */
  public SessionState(PublishQueue queue, SessionJournal journal) {
    this.queue = Objects.requireNonNull(queue, "queue");
    this.journal = Objects.requireNonNull(journal, "journal");
  }

  /** True if the broker may still hold the session, so that the next CONNECT resumes it. */
  public boolean held() {
    return held;
  }

  /**
   * Says that the broker may hold a session of an earlier run, even one that the journal does not
   * know of. A client that was not told so says Clean Start, and has to refuse Session Present 1
   * (section 3.2.2.1.1): Packet Identifiers of the earlier run would be taken for new ones.
   */
  public void hold() {
    held = true;
    expires = false;
  }

  /**
   * Says that the journal knows of a session of an earlier run; all that it knew of it is put back.
   */
  public void restoreHeld() {
    hold();
    noted = true;
  }

  /**
   * Puts back a QoS 1 or 2 publish of an earlier run, in the order of the first sending.
   *
   * @param received true if its PUBREC came; then in the order of the PUBRECs
   * @throws IllegalArgumentException if the identifier is out of range or taken
   */
  public void restoreInFlight(OutboundPublish publish, int packetId, boolean received) {
    if (packetId < 1 || packetId > LAST_PACKET_ID || awaited.contains(packetId)) {
      throw new IllegalArgumentException("packetId is 1 to 65535 and not in use; got " + packetId);
    }
    publish.packetId = packetId;
    publish.received = received;
    awaited.put(packetId, publish);
    (received ? releasing : publishing).append(publish);
    lastPacketId = packetId;
    restoreHeld();
  }

  /**
   * Puts back a QoS 1 publish that an earlier run may have sent, under an identifier that nobody
   * wrote down, at its place in the order of the first sending. {@link #identifyRestored} gives it
   * a new one once all that have theirs are back; all together are 65,535 at most.
   */
  public void restoreInFlight(OutboundPublish publish) {
    publish.packetId = 0;
    publishing.append(publish);
    restoreHeld();
  }

  /** Ends restoring: whoever came without an identifier gets one that is not in use. */
  public void identifyRestored() {
    for (OutboundPublish each = publishing.first(); each != null; each = each.next) {
      if (each.packetId == 0) {
        each.packetId = allocate(each);
      }
    }
  }

  /**
   * Puts back the Packet Identifier of an inbound QoS 2 message that was handled in an earlier run.
   */
  public void restoreInbound(int packetId) {
    inbound.put(packetId, InboundPublish.RECEIVED);
    restoreHeld();
  }

  /** The Assigned Client Identifier of the session held, or null. */
  public @Nullable String assignedClientIdentifier() {
    return assignedClientIdentifier;
  }

  /** Messages accepted and not yet delivered or failed. */
  public int pending() {
    return waiting() + inFlight();
  }

  /** Messages not in flight: what waits for the windows to open. */
  public int waiting() {
    return again.size() + queue.size();
  }

  /** QoS 1 and 2 messages sent and not yet acknowledged in full. */
  public int inFlight() {
    return publishing.size() + releasing.size();
  }

  /** Forgets the session if its expiry interval passed without a connection (section 4.1). */
  void expireIfDue(long nowNanos) {
    if (held && expires && nowNanos - expiresAtNanos >= 0) {
      forgetSession();
    }
  }

  /**
   * True if {@code broker} may still hold a session of ours that is older than this one: the client
   * has been elsewhere since, and identifiers and subscriptions there are no longer what it knows.
   */
  public boolean isStaleAt(String broker) {
    Integer last = liveAt.get(broker);
    return last != null && last != sessionNumber;
  }

  /** The session is live at {@code broker}, which may share it with others. */
  public void isLiveAt(String broker, boolean sessionPresent) {
    if (!sessionPresent) {
      sessionNumber++;
    }
    liveAt.put(broker, sessionNumber);
  }

  void connected(@Nullable String assignedIdentifier) {
    if (!noted) {
      journal.sessionHeld(true);
    }
    held = true;
    noted = true;
    expires = false;
    assignedClientIdentifier = assignedIdentifier;
  }

  void connectionEnded(long sessionExpirySeconds, long nowNanos) {
    if (sessionExpirySeconds == 0) {
      forgetSession();
    } else if (sessionExpirySeconds != ConnectOptions.NEVER_EXPIRES) {
      expires = true;
      expiresAtNanos = nowNanos + sessionExpirySeconds * NANOS_PER_SECOND;
    }
  }

  /**
   * The client is closed: every message that is left fails with {@code cause}, in order. The
   * journal hears nothing of it: what it keeps, the next run delivers.
   */
  public void abandon(MooringException cause) {
    for (OutboundPublish each = releasing.first(); each != null; each = releasing.first()) {
      releasing.remove(each);
      awaited.remove(each.packetId);
      each.delivered();
    }
    for (OutboundPublish each = publishing.first(); each != null; each = publishing.first()) {
      publishing.remove(each);
      awaited.remove(each.packetId);
      each.failed(cause);
    }
    for (OutboundPublish left = peekWaiting(); left != null; left = peekWaiting()) {
      removeWaiting();
      left.failed(cause);
    }
  }

  /** Starts without the session that an earlier run left, if it left one. */
  public void discardRestored() {
    forgetSession();
  }

  /** The session is gone. What is in flight waits again, ahead of the queue and in its order. */
  void forgetSession() {
    if (noted) {
      journal.sessionHeld(false);
    }
    held = false;
    noted = false;
    expires = false;
    assignedClientIdentifier = null;
    if (inbound.size() > 0) {
      inbound.clear();
      journal.inboundCleared();
    }
    OutboundPublish publish = publishing.last();
    while (publish != null) {
      publishing.remove(publish);
      awaited.remove(publish.packetId);
      publish.packetId = 0;
      again.addFirst(publish);
      journal.unassigned(publish);
      publish = publishing.last();
    }
    publish = releasing.first();
    while (publish != null) {
      finish(publish);
      publish.delivered();
      publish = releasing.first();
    }
  }

  @Nullable OutboundPublish peekWaiting() {
    OutboundPublish publish = journal.isWritable() ? again.peekFirst() : null;
    return publish != null ? publish : queue.peek();
  }

  void removeWaiting() {
    if (!journal.isWritable() || again.pollFirst() == null) {
      queue.remove();
    }
  }

  /** A Packet Identifier that is not in use, or 0 if all 65,535 are. */
  int allocate(Awaited holder) {
    if (awaited.size() == LAST_PACKET_ID) {
      return 0;
    }
    do {
      lastPacketId = lastPacketId == LAST_PACKET_ID ? 1 : lastPacketId + 1;
    } while (awaited.contains(lastPacketId));
    awaited.put(lastPacketId, holder);
    return lastPacketId;
  }

  @Nullable Awaited awaited(int packetId) {
    return awaited.get(packetId);
  }

  void free(int packetId) {
    awaited.remove(packetId);
  }

  /** {@code publish} leaves the queue for the wire; false if no Packet Identifier is free. */
  boolean assign(OutboundPublish publish) {
    int packetId = allocate(publish);
    if (packetId == 0) {
      return false;
    }
    publish.packetId = packetId;
    publish.received = false;
    publish.resend = false;
    publish.verdict = null;
    publishing.append(publish);
    journal.assigned(publish, packetId);
    return true;
  }

  /** PUBREC came for {@code publish}. */
  void received(OutboundPublish publish) {
    publishing.remove(publish);
    publish.received = true;
    publish.resend = false;
    releasing.append(publish);
    journal.received(publish);
  }

  /** {@code publish} is over; its identifier is free again. */
  void finish(OutboundPublish publish) {
    (publish.received ? releasing : publishing).remove(publish);
    awaited.remove(publish.packetId);
    journal.completed(publish);
  }

  InFlightList publishing() {
    return publishing;
  }

  InFlightList releasing() {
    return releasing;
  }

  PacketTable<InboundPublish> inbound() {
    return inbound;
  }

  /** What hears of the changes that have to survive a restart. */
  public SessionJournal journal() {
    return journal;
  }
}
