package io.mooring.internal.outbox;

import io.mooring.internal.outbox.MessageCodec.DamagedException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The first record of a segment: all that older segments said, except their entries, so that they
 * can go.
 *
 * @param clientId the client identifier that the log belongs to
 * @param nextId the id of the first entry behind it
 * @param held the broker may hold a session
 * @param flights QoS 2 publishes in flight, in order
 * @param inbound inbound QoS 2 identifiers
 * @param completed entries that died in the commit that began this segment: in one record with the
 *     flights that they ended, because a message that is neither in flight nor dead is sent anew
 * @param segments the segments that existed and how far each counts
 */
record Snapshot(
    String clientId,
    long nextId,
    boolean held,
    List<Flight> flights,
    List<Integer> inbound,
    List<Long> completed,
    List<Known> segments) {
  private static final int FLIGHT_BYTES = 8 + 2 + 1;
  private static final int KNOWN_BYTES = 4 + 4 + 8 + 8 + 4;

  record Flight(long id, int packetId, boolean received) {}

  /**
   * An older segment, or itself where it is a rewrite.
   *
   * @param number of the segment
   * @param tag tells it from a rewrite of the same number
   * @param length how far it counts: what is behind was refused to its publisher
   * @param endId larger than all its ids
   * @param live entries that lived when this was written, less the ones in {@code completed}
   */
  record Known(int number, int tag, long length, long endId, int live) {}

  byte[] encode() {
    byte[] name = clientId.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(
            2
                + name.length
                + 8
                + 1
                + 4 * 4
                + flights.size() * FLIGHT_BYTES
                + inbound.size() * 2
                + completed.size() * 8
                + segments.size() * KNOWN_BYTES);
    out.putShort((short) name.length).put(name).putLong(nextId).put((byte) (held ? 1 : 0));
    out.putInt(flights.size());
    for (Flight each : flights) {
      out.putLong(each.id).putShort((short) each.packetId).put((byte) (each.received ? 1 : 0));
    }
    out.putInt(inbound.size());
    inbound.forEach(packetId -> out.putShort(packetId.shortValue()));
    out.putInt(completed.size());
    completed.forEach(out::putLong);
    out.putInt(segments.size());
    for (Known each : segments) {
      out.putInt(each.number).putInt(each.tag).putLong(each.length);
      out.putLong(each.endId).putInt(each.live);
    }
    return out.array();
  }

  static Snapshot decode(byte[] body) throws DamagedException {
    ByteBuffer in = ByteBuffer.wrap(body);
    try {
      byte[] name = new byte[in.getShort() & 0xFFFF];
      in.get(name);
      long nextId = in.getLong();
      boolean held = in.get() != 0;
      List<Flight> flights = new ArrayList<>();
      for (int left = in.getInt(); left > 0; left--) {
        flights.add(new Flight(in.getLong(), in.getShort() & 0xFFFF, in.get() != 0));
      }
      List<Integer> inbound = new ArrayList<>();
      for (int left = in.getInt(); left > 0; left--) {
        inbound.add(in.getShort() & 0xFFFF);
      }
      List<Long> completed = new ArrayList<>();
      for (int left = in.getInt(); left > 0; left--) {
        completed.add(in.getLong());
      }
      List<Known> segments = new ArrayList<>();
      for (int left = in.getInt(); left > 0; left--) {
        segments.add(new Known(in.getInt(), in.getInt(), in.getLong(), in.getLong(), in.getInt()));
      }
      String clientId = new String(name, StandardCharsets.UTF_8);
      return new Snapshot(clientId, nextId, held, flights, inbound, completed, segments);
    } catch (BufferUnderflowException e) {
      throw new DamagedException("snapshot of " + body.length + " bytes");
    }
  }
}
