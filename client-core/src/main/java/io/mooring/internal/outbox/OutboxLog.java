package io.mooring.internal.outbox;

import io.mooring.Message;
import io.mooring.error.OutboxException;
import io.mooring.outbox.Outbox;
import java.util.List;

/**
 * The append-only log of one client: messages accepted and not yet delivered, and the session state
 * that has to survive with them. Confined to one thread at a time; every call may read and write
 * the disk.
 *
 * <p>What is appended or told waits in memory for {@link #commit}. The owner has to have committed
 * with {@code force} before it lets the consequence out: a message before its {@code accepted}
 * stage; {@link #assigned} before its PUBLISH (QoS 2), {@link #received} before PUBREL, {@link
 * #inboundReceived} before PUBREC, {@link #inboundReleased} before PUBCOMP. {@link #completed} may
 * wait: lost with the power, it sends a QoS 1 message once more, and a QoS 2 message's PUBREL.
 *
 * <p>Packet Identifiers of QoS 1 are not journalled. After a restart every live QoS 1 entry that is
 * older than the newest QoS 2 entry with an identifier counts as in flight without one, so that
 * what is sent again keeps the order of acceptance.
 *
 * <p>{@code acceptedAtMillis} is kept as given. A board without a clock may give 1970, and jump
 * later: what is left of Message Expiry Interval after a restart is the owner's to judge.
 *
 * <p>The bounds of {@link Outbox} are the owner's to hold, by {@link #sizeOf}, {@link
 * #liveMessages} and {@link #liveBytes}. While it does, {@link #diskBytes} stays below twice the
 * bound on bytes, plus three segments and the largest single commit; rewriting needs up to the live
 * bytes more for its duration. A segment takes a sixteenth of the bound, but 64 KiB at least and 4
 * MiB at most. Heap is about 4 bytes an entry.
 */
public final class OutboxLog {
  private OutboxLog() {}

  /**
   * Opens or makes the log, and recovers what an earlier run left. Damage is no error: it is in
   * {@link #recovery()}.
   *
   * @param clientId empty to use the one stored, or to make one and store it
   * @throws OutboxException if the folder does not serve or is locked, for the wrong key, for
   *     another client while QoS 2 messages are in flight, for a newer format, or if the disk
   *     fails. The log on disk is then as it was
   */
  public static OutboxLog open(Outbox settings, String clientId, FileOps files) {
    throw new UnsupportedOperationException();
  }

  /**
   * What a message counts against the bound on bytes: topic, payload, properties and a fixed
   * overhead, never less than it takes on disk. Any thread.
   */
  public static long sizeOf(Message message) {
    throw new UnsupportedOperationException();
  }

  /** The client identifier that the log belongs to; durable. */
  public String clientId() {
    throw new UnsupportedOperationException();
  }

  /** What opening found. */
  public Recovery recovery() {
    throw new UnsupportedOperationException();
  }

  /** The session as the last run left it. Not updated by what happens since. */
  public RestoredSession session() {
    throw new UnsupportedOperationException();
  }

  /**
   * Buffers an entry.
   *
   * @param message at QoS 1 or 2
   * @return its id: larger than all before, never used again, also where the commit fails
   * @throws IllegalArgumentException at QoS 0
   */
  public long append(Message message, long acceptedAtMillis) {
    throw new UnsupportedOperationException();
  }

  /**
   * A committed entry goes out under {@code packetId}. Implies that a session is held. Without
   * effect at QoS 1 and for an entry that is completed.
   */
  public void assigned(long id, int packetId) {
    throw new UnsupportedOperationException();
  }

  /** PUBREC came. Without effect unless the entry has an identifier. */
  public void received(long id) {
    throw new UnsupportedOperationException();
  }

  /** The session is gone; the entry waits again. Without effect unless it has an identifier. */
  public void unassigned(long id) {
    throw new UnsupportedOperationException();
  }

  /**
   * The entry was delivered, refused, dropped or expired: it is dead. Also for one that is not yet
   * committed; it then never shows up. Without effect for one that is dead already.
   */
  public void completed(long id) {
    throw new UnsupportedOperationException();
  }

  /** An inbound QoS 2 message was handled; PUBREC goes out. Implies that a session is held. */
  public void inboundReceived(int packetId) {
    throw new UnsupportedOperationException();
  }

  /** PUBREL came: the identifier means nothing any more. */
  public void inboundReleased(int packetId) {
    throw new UnsupportedOperationException();
  }

  /** No inbound identifier means anything any more. */
  public void inboundCleared() {
    throw new UnsupportedOperationException();
  }

  /**
   * Says whether the broker may hold a session. Without one, at the next opening, identifiers mean
   * nothing: an entry that PUBREC came for counts as delivered, the others wait again.
   */
  public void sessionHeld(boolean held) {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes what is buffered, and reclaims space.
   *
   * @param force true to return only when it, and all that was written before, is on the medium.
   *     Otherwise it survives the end of the process, not of the power
   * @throws OutboxException on failure: no entry appended since the last commit is accepted, and
   *     none comes back, unless the disk also refuses to cut what it refused to force and the
   *     process ends before any other commit. What was told of the session and of accepted entries
   *     stays true and goes with the next commit
   */
  public void commit(boolean force) {
    throw new UnsupportedOperationException();
  }

  /**
   * Live, committed entries in the order of their ids.
   *
   * @param afterId 0 for the first
   * @param maximumMessages 1 or more
   * @param maximumBytes by {@link #sizeOf}; one entry is returned even if it is larger
   * @return at least one if there is any; unmodifiable. An entry that has become unreadable since
   *     is skipped, counted in {@link #lostSinceOpening()} and dead from then on
   * @throws OutboxException if the disk cannot be read; the same call may succeed later
   */
  public List<StoredMessage> read(long afterId, int maximumMessages, int maximumBytes) {
    throw new UnsupportedOperationException();
  }

  /** Messages found unreadable since opening: accepted, and lost to damage. */
  public int lostSinceOpening() {
    throw new UnsupportedOperationException();
  }

  /** What was found since opening, in plain words; reading it empties the list. */
  public List<String> takeFindings() {
    throw new UnsupportedOperationException();
  }

  /** Entries committed and not completed. */
  public int liveMessages() {
    throw new UnsupportedOperationException();
  }

  /** What these count against the bound. */
  public long liveBytes() {
    throw new UnsupportedOperationException();
  }

  /** The length of all segments on disk, in bytes. */
  public long diskBytes() {
    throw new UnsupportedOperationException();
  }

  /** Bytes written since opening, everything counted. */
  public long writtenBytes() {
    throw new UnsupportedOperationException();
  }

  /**
   * Closes the files and lets the lock go, without a commit. Idempotent; after it every other call
   * that needs the disk is an {@link IllegalStateException}.
   */
  public void close() {
    throw new UnsupportedOperationException();
  }
}
