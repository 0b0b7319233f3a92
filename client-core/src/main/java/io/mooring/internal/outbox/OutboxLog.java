package io.mooring.internal.outbox;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.error.OutboxException;
import io.mooring.internal.outbox.RestoredSession.InFlight;
import io.mooring.outbox.Outbox;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

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
  /** Header, time of acceptance and authentication tag; the tag counts also without encryption. */
  private static final int OVERHEAD = RecordHeader.BYTES + Long.BYTES + EntryCipher.TAG_BYTES;

  /** The largest packet, and what we put around it. */
  private static final long MAX_ENTRY = 268_435_455L + OVERHEAD;

  private final Segments segments;
  private final SessionTable session;
  private final Pending pending = new Pending();
  private final LogWriter writer;
  private final MessageReader messages;
  private final Closeable lock;
  private final String clientId;
  private final Recovery recovery;
  private final RestoredSession restored;
  private final List<String> findings = new ArrayList<>();
  private final List<LostEntry> losses = new ArrayList<>();
  private long nextId;
  private int lost;
  private boolean closed;

  private OutboxLog(
      Outbox settings,
      String clientId,
      FileOps files,
      SecureRandom random,
      Replay replay,
      Closeable lock) {
    this.lock = lock;
    this.clientId = clientId;
    this.session = replay.session();
    this.nextId = replay.nextId();
    this.recovery = replay.recovery();
    this.segments = new Segments(files, settings.folder(), replay.segments(), replay.superseded());
    this.writer =
        new LogWriter(settings, files, random, segments, replay.lastNumber(), this::snapshot);
    this.messages = new MessageReader(settings, files, session);
    replay.delivered().forEach(id -> pending.note(RecordHeader.COMPLETED, 0, id));
    if (!clientId.equals(replay.clientId())) {
      session.clear();
    }
    this.restored = restored(session, segments);
  }

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
    return open(settings, clientId, files, new SecureRandom());
  }

  static OutboxLog open(Outbox settings, String clientId, FileOps files, SecureRandom random) {
    Path folder = settings.folder();
    Closeable lock = null;
    OutboxLog log = null;
    try {
      files.prepareFolder(folder);
      lock = files.lock(folder, true);
      Replay replay = Replay.of(files, folder);
      Keys.require(folder, replay.segments(), settings.encryptedWith());
      String name = ClientIds.choose(folder, clientId, replay, random);
      setAside(files, folder, replay.unreadable());
      OutboxLog opened = new OutboxLog(settings, name, files, random, replay, lock);
      if (!name.equals(replay.clientId())) {
        opened.writer.begin(opened.pending);
      }
      log = opened;
      return opened;
    } catch (IOException e) {
      throw Failures.typed(folder, "opened", e);
    } finally {
      if (log == null) {
        FileOps.closeQuietly(lock);
      }
    }
  }

  /** What nobody can verify is kept for whoever wants to look, and counts no more. */
  private static void setAside(FileOps files, Path folder, List<Integer> unreadable)
      throws IOException {
    for (int number : unreadable) {
      files.rename(
          folder.resolve(Segment.name(number, Segment.SUFFIX)),
          folder.resolve(Segment.name(number, Segment.ASIDE)));
    }
    AsideFiles.prune(files, folder);
  }

  private static RestoredSession restored(SessionTable session, Segments segments) {
    List<RestoredSession.InFlight> flights = new ArrayList<>();
    session.releasing().forEach((id, packetId) -> flights.add(new InFlight(id, packetId, true)));
    TreeMap<Long, Integer> sent = new TreeMap<>(session.publishing());
    long newest = session.newestInFlight();
    for (long id = segments.nextLive(0); id > 0 && id < newest; id = segments.nextLive(id)) {
      Segment segment = Objects.requireNonNull(segments.holding(id));
      if (!segment.ids().isExactlyOnce(id)) {
        sent.put(id, 0);
      }
    }
    sent.forEach((id, packetId) -> flights.add(new InFlight(id, packetId, false)));
    return new RestoredSession(session.held(), flights, List.copyOf(session.inbound()));
  }

  private Snapshot snapshot() {
    return new Snapshot(
        clientId,
        pending.firstEntry(nextId),
        session.held(),
        session.flights(),
        List.copyOf(session.inbound()),
        pending.completed(),
        segments.known());
  }

  static int counted(RecordHeader entry) {
    int content = entry.length() - Long.BYTES;
    return OVERHEAD + (entry.isEncrypted() ? content - EntryCipher.TAG_BYTES : content);
  }

  /**
   * What a message counts against the bound on bytes: topic, payload, properties and a fixed
   * overhead, never less than it takes on disk. Any thread.
   */
  public static long sizeOf(Message message) {
    return OVERHEAD + MessageCodec.size(message);
  }

  /** The client identifier that the log belongs to; durable. */
  public String clientId() {
    return clientId;
  }

  /** What opening found. */
  public Recovery recovery() {
    return recovery;
  }

  /** The session as the last run left it. Not updated by what happens since. */
  public RestoredSession session() {
    return restored;
  }

  /**
   * Buffers an entry.
   *
   * @param message at QoS 1 or 2
   * @return its id: larger than all before; no two committed entries ever share one
   * @throws IllegalArgumentException at QoS 0
   */
  public long append(Message message, long acceptedAtMillis) {
    if (message.qos() == Qos.AT_MOST_ONCE) {
      throw new IllegalArgumentException("QoS 0 is not kept; the outbox takes QoS 1 and 2");
    }
    if (sizeOf(message) > MAX_ENTRY) {
      throw new IllegalArgumentException(
          "a message of " + sizeOf(message) + " bytes does not fit into a PUBLISH (MQTT 5, 2.1.4)");
    }
    long id = nextId++;
    pending.entry(id, acceptedAtMillis, message);
    return id;
  }

  /**
   * A committed entry goes out under {@code packetId}. Implies that a session is held. Without
   * effect at QoS 1 and for an entry that is completed.
   */
  public void assigned(long id, int packetId) {
    Segment segment = segments.holding(id);
    if (segment != null && segment.ids().isExactlyOnce(id)) {
      session.assigned(id, packetId);
      pending.note(RecordHeader.ASSIGNED, packetId, id);
    }
  }

  /** PUBREC came. Without effect unless the entry has an identifier. */
  public void received(long id) {
    int packetId = session.packetId(id);
    if (session.received(id)) {
      pending.note(RecordHeader.RECEIVED, packetId, id);
    }
  }

  /** The session is gone; the entry waits again. Without effect unless it has an identifier. */
  public void unassigned(long id) {
    if (session.unassigned(id)) {
      pending.note(RecordHeader.UNASSIGNED, 0, id);
    }
  }

  /**
   * The entry was delivered, refused, dropped or expired: it is dead. Also for one that is not yet
   * committed; it then never shows up. Without effect for one that is dead already.
   */
  public void completed(long id) {
    boolean wasInFlight = session.unassigned(id);
    Segment segment = segments.holding(id);
    if (segment != null) {
      segment.ids().remove(id);
    }
    if (wasInFlight || segment != null || pending.hasEntry(id)) {
      pending.note(RecordHeader.COMPLETED, 0, id);
    }
  }

  /** An inbound QoS 2 message was handled; PUBREC may go out. Implies that a session is held. */
  public void inboundReceived(int packetId) {
    session.inboundReceived(packetId);
    pending.note(RecordHeader.INBOUND_RECEIVED, packetId, 0);
  }

  /** PUBREL came: the identifier means nothing any more. */
  public void inboundReleased(int packetId) {
    if (session.inboundReleased(packetId)) {
      pending.note(RecordHeader.INBOUND_RELEASED, packetId, 0);
    }
  }

  /** No inbound identifier means anything any more. */
  public void inboundCleared() {
    if (session.inboundCleared()) {
      pending.note(RecordHeader.INBOUND_CLEARED, 0, 0);
    }
  }

  /**
   * Says whether the broker may hold a session. Without one, at the next opening, identifiers mean
   * nothing: an entry that PUBREC came for counts as delivered, the others wait again.
   */
  public void sessionHeld(boolean held) {
    if (session.held() != held) {
      session.held(held);
      pending.note(held ? RecordHeader.SESSION_HELD : RecordHeader.SESSION_GONE, 0, 0);
    }
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
    requireOpen();
    // Space that is dead already may be what the write needs.
    writer.reclaim();
    writer.commit(pending, force);
    writer.tidyUp(this::lose);
  }

  /**
   * Gives up what was appended since the last commit, which another fault than the disk's kept from
   * being made. Without effect after a commit that failed: it did the same.
   */
  public void rejectUncommitted() {
    writer.giveUp(pending);
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
    requireOpen();
    if (maximumMessages < 1) {
      throw new IllegalArgumentException("maximumMessages is 1 or more; got " + maximumMessages);
    }
    List<StoredMessage> found = new ArrayList<>();
    long bytes = 0;
    long id = segments.nextLive(afterId);
    while (id > 0 && found.size() < maximumMessages) {
      Segment segment = Objects.requireNonNull(segments.holding(id));
      bytes += segment.ids().size(id);
      if (!found.isEmpty() && bytes > maximumBytes) {
        break;
      }
      StoredMessage message = messages.read(segment, id);
      if (message != null) {
        found.add(message);
      } else {
        lose(id);
      }
      id = segments.nextLive(id);
    }
    if (id == 0) {
      messages.close();
    }
    return List.copyOf(found);
  }

  /** Messages found unreadable since opening: accepted, and lost to damage. */
  public int lostSinceOpening() {
    return lost;
  }

  /** What {@link #lostSinceOpening()} counts, one by one; reading it empties the list. */
  public List<LostEntry> takeLost() {
    List<LostEntry> taken = List.copyOf(losses);
    losses.clear();
    return taken;
  }

  /** What was found since opening, in plain words; reading it empties the list. */
  public List<String> takeFindings() {
    List<String> taken = List.copyOf(findings);
    findings.clear();
    return taken;
  }

  /** Entries committed and not completed. */
  public int liveMessages() {
    return segments.liveMessages();
  }

  /** What these count against the bound. */
  public long liveBytes() {
    return segments.liveBytes();
  }

  /** The length of all segments on disk, in bytes. */
  public long diskBytes() {
    return segments.diskBytes();
  }

  /** Bytes written since opening, everything counted. */
  public long writtenBytes() {
    return writer.writtenBytes();
  }

  /**
   * Closes the files and lets the lock go, without a commit. Idempotent; after it every other call
   * that needs the disk is an {@link IllegalStateException}.
   */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    messages.close();
    writer.close();
    FileOps.closeQuietly(lock);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the outbox log is closed");
    }
  }

  /** The entry is dead; an identifier that it went out under is the broker's until PUBREL. */
  private void lose(long id) {
    lost++;
    findings.add("Message " + id + " cannot be read any more: its place on disk is damaged.");
    Segment segment = segments.holding(id);
    if (segment != null) {
      losses.add(new LostEntry(id, segment.ids().size(id)));
    }
    int packetId = session.packetId(id);
    completed(id);
    if (packetId != 0) {
      session.releasing(id, packetId);
      pending.note(RecordHeader.RECEIVED, packetId, id);
    }
  }
}
