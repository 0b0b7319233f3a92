package io.mooring.internal.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.error.OutboxException;
import io.mooring.outbox.Outbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An owner of a log that behaves as the engine does, at random, and remembers in the simplest way
 * what it was promised.
 */
final class LogDriver {
  static final Path FOLDER = Path.of("outbox").toAbsolutePath();
  private static final int LARGEST_PAYLOAD = 6000;

  final SplittableRandom random;
  final Outbox settings;
  OutboxLog log;

  /** Large messages, and an old one that nobody acknowledges. */
  boolean heavy;

  /** Accepted, and not told to be completed. */
  final TreeMap<Long, Message> live = new TreeMap<>();

  private final TreeMap<Long, Message> appended = new TreeMap<>();
  private final Set<Long> appendedAndDead = new HashSet<>();
  private final Set<Long> forced = new HashSet<>();
  private final Set<Long> rejected = new HashSet<>();
  private final Set<Long> dead = new HashSet<>();
  private final Set<Long> deadForGood = new HashSet<>();
  private final Map<Long, Integer> publishing = new LinkedHashMap<>();
  private final Map<Long, Integer> releasing = new LinkedHashMap<>();
  private final Set<Integer> inbound = new TreeSet<>();
  private boolean held;
  private boolean sessionDirty;
  private int lastPacketId;
  private long lastId;
  long accepted;
  int refusals;

  LogDriver(SplittableRandom random, Outbox settings) {
    this.random = random;
    this.settings = settings;
  }

  void open(FileOps files) {
    log = OutboxLog.open(settings, "device", files);
    for (RestoredSession.InFlight each : log.session().inFlight()) {
      if (log.read(each.id() - 1, 1, 1).stream().noneMatch(entry -> entry.id() == each.id())) {
        log.completed(each.id());
      }
    }
  }

  /** One thing that an owner may do. */
  void step() {
    switch (random.nextInt(14)) {
      case 0, 1, 2, 3 -> append();
      case 4, 5 -> commit(true);
      case 6 -> commit(random.nextInt(3) > 0);
      case 7 -> assign();
      case 8 -> receive();
      case 9, 10 -> complete();
      case 11 -> inbound();
      case 12 -> readSome();
      default -> session();
    }
  }

  private boolean fits(Message message) {
    long bytes = OutboxLog.sizeOf(message);
    for (Message each : live.values()) {
      bytes += OutboxLog.sizeOf(each);
    }
    for (Message each : appended.values()) {
      bytes += OutboxLog.sizeOf(each);
    }
    return bytes <= settings.atMostBytes();
  }

  void append() {
    Message.Builder message =
        Message.to("t/" + random.nextInt(100))
            .qos(random.nextBoolean() ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE)
            .retain(random.nextBoolean());
    byte[] payload =
        new byte[heavy || random.nextInt(8) == 0 ? random.nextInt(LARGEST_PAYLOAD) : 20];
    random.nextBytes(payload);
    message.payload(payload);
    if (random.nextInt(4) == 0) {
      message.expiry(Duration.ofSeconds(1 + random.nextInt(1000))).userProperty("a", "b");
    }
    Message built = message.build();
    if (fits(built)) {
      long id = log.append(built, 1000);
      assertTrue(id > lastId, "ids increase");
      lastId = id;
      appended.put(id, built);
    }
  }

  /** False if it was refused. */
  boolean commit(boolean force) {
    try {
      log.commit(force);
    } catch (OutboxException | IllegalStateException e) { // as the engine does for any other
      log.rejectUncommitted();
      refusals++;
      rejected.addAll(appended.keySet());
      appended.clear();
      appendedAndDead.clear();
      return false;
    }
    accepted += appended.size();
    appended.keySet().removeAll(appendedAndDead);
    live.putAll(appended);
    dead.addAll(appendedAndDead);
    appended.clear();
    appendedAndDead.clear();
    if (force) {
      forced.addAll(live.keySet());
      deadForGood.addAll(dead);
      sessionDirty = false;
    }
    return true;
  }

  /** QoS 2 messages go out in the order of their ids. */
  private void assign() {
    held(true);
    long newest = 0;
    for (long id : publishing.keySet()) {
      newest = Math.max(newest, id);
    }
    for (Map.Entry<Long, Message> each : live.tailMap(newest, false).entrySet()) {
      if (each.getValue().qos() == Qos.EXACTLY_ONCE && !releasing.containsKey(each.getKey())) {
        lastPacketId = lastPacketId % 65_535 + 1;
        publishing.put(each.getKey(), lastPacketId);
        log.assigned(each.getKey(), lastPacketId);
        sessionDirty = true;
        return;
      }
    }
  }

  private void receive() {
    if (!publishing.isEmpty()) {
      long id = pick(publishing.keySet());
      releasing.put(id, publishing.remove(id));
      log.received(id);
      sessionDirty = true;
    }
  }

  void complete() {
    if (!appended.isEmpty() && random.nextInt(10) == 0) {
      long id = pick(appended.keySet());
      appendedAndDead.add(id);
      log.completed(id);
    } else if (!live.isEmpty()) {
      boolean any = random.nextInt(3) == 0;
      long oldest = live.firstKey();
      if (heavy) {
        Long second = live.higherKey(oldest);
        oldest = second == null || random.nextInt(200) == 0 ? oldest : second;
      }
      complete(any && !heavy ? pick(live.keySet()) : oldest);
    }
  }

  void complete(long id) {
    live.remove(id);
    dead.add(id);
    sessionDirty |= publishing.remove(id) != null;
    sessionDirty |= releasing.remove(id) != null;
    log.completed(id);
  }

  private void inbound() {
    held(true);
    int packetId = 1 + random.nextInt(20);
    if (inbound.remove(packetId)) {
      log.inboundReleased(packetId);
    } else {
      inbound.add(packetId);
      log.inboundReceived(packetId);
    }
    sessionDirty = true;
  }

  private void session() {
    if (random.nextInt(4) > 0) {
      held(true);
      return;
    }
    held(false);
    log.inboundCleared();
    inbound.clear();
    for (long id : List.copyOf(publishing.keySet())) {
      publishing.remove(id);
      log.unassigned(id);
    }
    for (long id : List.copyOf(releasing.keySet())) {
      complete(id);
    }
    sessionDirty = true;
  }

  private void held(boolean now) {
    sessionDirty |= held != now;
    held = now;
    log.sessionHeld(now);
  }

  private <T> T pick(Set<T> from) {
    return new ArrayList<>(from).get(random.nextInt(from.size()));
  }

  /** What is read is what was accepted, in order, and nothing else. */
  void readSome() {
    long after = live.isEmpty() ? 0 : random.nextLong(live.lastKey() + 2);
    List<StoredMessage> read;
    try {
      read = log.read(after, 1 + random.nextInt(20), 20_000);
    } catch (OutboxException | IllegalStateException e) {
      return;
    }
    var expected = live.tailMap(after, false).entrySet().iterator();
    assertEquals(read.isEmpty(), !expected.hasNext(), "read after " + after);
    for (StoredMessage each : read) {
      Map.Entry<Long, Message> next = expected.next();
      assertEquals(next.getKey(), each.id());
      same(next.getValue(), each.message());
      Integer packetId = publishing.getOrDefault(each.id(), releasing.get(each.id()));
      assertEquals(packetId == null ? 0 : packetId, each.packetId());
      assertEquals(releasing.containsKey(each.id()), each.received());
    }
    checkCounts();
  }

  void checkCounts() {
    assertEquals(live.size(), log.liveMessages());
    long bytes = live.values().stream().mapToLong(OutboxLog::sizeOf).sum();
    assertEquals(bytes, log.liveBytes());
  }

  /**
   * Opens what the last run left, checks it against what was promised, and goes on from there.
   *
   * @param powerCut what was not forced may be gone
   * @param cutFailed the medium refused to cut off a refused write
   */
  void reopen(FileOps files, boolean powerCut, boolean cutFailed) {
    log.close();
    open(files);
    Map<Long, Message> found = new TreeMap<>();
    for (StoredMessage each : readAll()) {
      found.put(each.id(), each.message());
    }
    for (Map.Entry<Long, Message> each : live.entrySet()) {
      if (!powerCut || forced.contains(each.getKey())) {
        assertTrue(found.containsKey(each.getKey()), "accepted and lost: " + each.getKey());
      }
    }
    for (Map.Entry<Long, Message> each : found.entrySet()) {
      long id = each.getKey();
      assertFalse(deadForGood.contains(id), "completed and back: " + id);
      assertTrue(cutFailed || !rejected.contains(id), "rejected and back: " + id);
      if (live.containsKey(id)) {
        same(live.get(id), each.getValue());
      }
    }
    assertEquals(0, log.recovery().lostMessages(), "nothing was damaged");
    checkSession(found);
    adopt(found);
  }

  private List<StoredMessage> readAll() {
    List<StoredMessage> all = new ArrayList<>();
    List<StoredMessage> some = log.read(0, 7, 1_000_000);
    while (!some.isEmpty()) {
      all.addAll(some);
      some = log.read(some.get(some.size() - 1).id(), 7, 1_000_000);
    }
    return all;
  }

  private void checkSession(Map<Long, Message> found) {
    if (sessionDirty || !appended.isEmpty()) {
      return;
    }
    assertEquals(held, log.session().held());
    assertEquals(inbound, new TreeSet<>(log.session().inboundPacketIds()));
    Map<Long, Integer> received = new LinkedHashMap<>();
    Map<Long, Integer> sent = new TreeMap<>();
    long newest = 0;
    for (RestoredSession.InFlight each : log.session().inFlight()) {
      if (each.received()) {
        received.put(each.id(), each.packetId());
      } else if (each.packetId() > 0) {
        sent.put(each.id(), each.packetId());
      } else {
        assertEquals(Qos.AT_LEAST_ONCE, found.get(each.id()).qos());
      }
      newest = each.packetId() > 0 ? Math.max(newest, each.id()) : newest;
    }
    assertEquals(List.copyOf(releasing.entrySet()), List.copyOf(received.entrySet()));
    assertEquals(new TreeMap<>(publishing), sent);
    long last = newest;
    Set<Long> older = new TreeSet<>(found.keySet());
    older.removeIf(id -> id > last || found.get(id).qos() != Qos.AT_LEAST_ONCE);
    Set<Long> without = new TreeSet<>();
    for (RestoredSession.InFlight each : log.session().inFlight()) {
      if (each.packetId() == 0) {
        without.add(each.id());
      }
    }
    assertEquals(older, without);
  }

  /** What came back is what this run goes on with. */
  private void adopt(Map<Long, Message> found) {
    lastId = found.keySet().stream().mapToLong(id -> id).max().orElse(0);
    lastId = Math.max(lastId, deadForGood.stream().mapToLong(id -> id).max().orElse(0));
    live.clear();
    live.putAll(found);
    rejected.removeIf(id -> id > lastId);
    dead.removeIf(id -> id > lastId);
    forced.retainAll(found.keySet());
    appended.clear();
    appendedAndDead.clear();
    rejected.removeAll(found.keySet());
    dead.removeAll(found.keySet());
    publishing.clear();
    releasing.clear();
    for (RestoredSession.InFlight each : log.session().inFlight()) {
      if (!live.containsKey(each.id())) {
        continue;
      }
      if (each.received()) {
        releasing.put(each.id(), each.packetId());
      } else if (each.packetId() > 0) {
        publishing.put(each.id(), each.packetId());
      }
    }
    inbound.clear();
    inbound.addAll(log.session().inboundPacketIds());
    held = log.session().held();
    sessionDirty = true;
  }

  private static void same(Message expected, Message actual) {
    assertEquals(expected.topic(), actual.topic());
    assertEquals(expected.payloadBuffer(), actual.payloadBuffer());
    assertEquals(expected.qos(), actual.qos());
    assertEquals(expected.retain(), actual.retain());
    assertEquals(expected.expiry(), actual.expiry());
    assertEquals(expected.userProperties(), actual.userProperties());
  }
}
