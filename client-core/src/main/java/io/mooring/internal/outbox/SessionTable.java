package io.mooring.internal.outbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The journalled session state. The same methods serve what the owner tells and what recovery
 * reads.
 */
final class SessionTable {
  private boolean held;

  /** Identifiers by id, in the order of sending. */
  private final Map<Long, Integer> publishing = new LinkedHashMap<>();

  /** Identifiers by id, in the order of the PUBRECs. */
  private final Map<Long, Integer> releasing = new LinkedHashMap<>();

  private final LinkedHashSet<Integer> inbound = new LinkedHashSet<>();

  boolean held() {
    return held;
  }

  Map<Long, Integer> publishing() {
    return publishing;
  }

  Map<Long, Integer> releasing() {
    return releasing;
  }

  Set<Integer> inbound() {
    return inbound;
  }

  boolean isInFlight(long id) {
    return publishing.containsKey(id) || releasing.containsKey(id);
  }

  /** The largest id in flight, or 0. */
  long newestInFlight() {
    long newest = 0;
    for (long id : publishing.keySet()) {
      newest = Math.max(newest, id);
    }
    for (long id : releasing.keySet()) {
      newest = Math.max(newest, id);
    }
    return newest;
  }

  boolean isReceived(long id) {
    return releasing.containsKey(id);
  }

  /** 0 if it has none. */
  int packetId(long id) {
    Integer released = releasing.get(id);
    return released != null ? released : publishing.getOrDefault(id, 0);
  }

  void assigned(long id, int packetId) {
    held = true;
    releasing.remove(id);
    publishing.put(id, packetId);
  }

  boolean received(long id) {
    Integer packetId = publishing.remove(id);
    if (packetId == null) {
      return false;
    }
    releasing.put(id, packetId);
    return true;
  }

  /** Only PUBREL is left of {@code id}, whatever was known of it. */
  void releasing(long id, int packetId) {
    publishing.remove(id);
    releasing.put(id, packetId);
  }

  boolean unassigned(long id) {
    boolean published = publishing.remove(id) != null;
    return releasing.remove(id) != null || published;
  }

  void inboundReceived(int packetId) {
    held = true;
    inbound.add(packetId);
  }

  boolean inboundReleased(int packetId) {
    return inbound.remove(packetId);
  }

  boolean inboundCleared() {
    boolean any = !inbound.isEmpty();
    inbound.clear();
    return any;
  }

  void held(boolean now) {
    held = now;
  }

  /** Applies a record that is neither an entry nor a snapshot. */
  void apply(RecordHeader record) {
    switch (record.type()) {
      case RecordHeader.ASSIGNED -> assigned(record.id(), record.packetId());
      case RecordHeader.RECEIVED -> {
        // Its identifier is repeated, so that it counts where the record before it is damaged.
        releasing(record.id(), record.packetId());
      }
      case RecordHeader.UNASSIGNED, RecordHeader.COMPLETED -> unassigned(record.id());
      case RecordHeader.INBOUND_RECEIVED -> inboundReceived(record.packetId());
      case RecordHeader.INBOUND_RELEASED -> inboundReleased(record.packetId());
      case RecordHeader.INBOUND_CLEARED -> inboundCleared();
      case RecordHeader.SESSION_HELD -> held(true);
      case RecordHeader.SESSION_GONE -> held(false);
      default -> throw new IllegalArgumentException("record of type " + record.type());
    }
  }

  /** Forgets everything. */
  void clear() {
    held = false;
    publishing.clear();
    releasing.clear();
    inbound.clear();
  }

  void replaceBy(Snapshot snapshot) {
    clear();
    for (Snapshot.Flight each : snapshot.flights()) {
      (each.received() ? releasing : publishing).put(each.id(), each.packetId());
    }
    inbound.addAll(snapshot.inbound());
    held = snapshot.held();
  }

  /** Received ones first, each group in its order. */
  List<Snapshot.Flight> flights() {
    List<Snapshot.Flight> flights = new ArrayList<>();
    releasing.forEach((id, packetId) -> flights.add(new Snapshot.Flight(id, packetId, true)));
    publishing.forEach((id, packetId) -> flights.add(new Snapshot.Flight(id, packetId, false)));
    return flights;
  }
}
