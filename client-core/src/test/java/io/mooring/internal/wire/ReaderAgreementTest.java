package io.mooring.internal.wire;

import static io.mooring.internal.wire.WireTests.describe;
import static io.mooring.internal.wire.WireTests.hex;
import static io.mooring.internal.wire.WireTests.readOne;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttAuth;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;
import org.junit.jupiter.api.Test;

/** The reader against two other codecs, and against itself when the stream is cut. */
class ReaderAgreementTest {
  private static final int PACKETS = 20_000;

  @Test
  void reader_readsWhatTheTestkitWrote() {
    RandomPackets packets = new RandomPackets(1, false);
    for (int i = 0; i < PACKETS; i++) {
      MqttPacket sent = packets.next();
      byte[] bytes = sent.encode();
      assertEquals(sent, ToTestkit.convert(readOne(bytes)), () -> hex(bytes));
    }
  }

  @Test
  void reader_readsWhatPahoWrote() throws MqttException {
    RandomPackets packets = new RandomPackets(2, true);
    for (int i = 0; i < PACKETS; i++) {
      byte[] bytes = packets.next().encode();
      byte[] fromPaho = throughPaho(bytes);
      assertEquals(
          describe(readOne(bytes)),
          describe(readOne(fromPaho)),
          () -> hex(bytes) + " and " + hex(fromPaho));
    }
  }

  @Test
  void reader_streamCutAnywhereOnce_givesTheSamePackets() {
    RandomPackets packets = new RandomPackets(3, false);
    for (int i = 0; i < 400; i++) {
      byte[] stream =
          MqttPackets.concat(
              packets.next().encode(), packets.next().encode(), packets.next().encode());
      List<String> whole = fed(stream, stream.length);
      assertEquals(3, whole.size());
      for (int cut = 1; cut < stream.length; cut++) {
        int at = cut;
        assertEquals(whole, fed(stream, at), () -> "cut at " + at + " in " + hex(stream));
      }
    }
  }

  @Test
  void reader_streamInCrumbs_givesTheSamePackets() {
    RandomPackets packets = new RandomPackets(4, false);
    byte[][] all = new byte[3_000][];
    for (int i = 0; i < all.length; i++) {
      all[i] = packets.next().encode();
    }
    byte[] stream = MqttPackets.concat(all);
    List<String> whole = fed(stream, stream.length);
    SplittableRandom random = new SplittableRandom(5);
    for (int longest : new int[] {1, 2, 7, 100, 5_000}) {
      PacketReader reader = new PacketReader(WireTests.MEGABYTE);
      List<String> seen = new ArrayList<>();
      for (int at = 0; at < stream.length; ) {
        int count = Math.min(1 + random.nextInt(longest), stream.length - at);
        byte[] slice = Arrays.copyOfRange(stream, at, at + count);
        reader.feed(slice, 0, count, packet -> seen.add(describe(packet)));
        Arrays.fill(slice, (byte) 0xEE);
        at += count;
      }
      assertEquals(whole, seen, "crumbs of up to " + longest);
    }
  }

  private static List<String> fed(byte[] stream, int cut) {
    List<String> seen = new ArrayList<>();
    PacketReader reader = new PacketReader(WireTests.MEGABYTE);
    reader.feed(stream, 0, cut, packet -> seen.add(describe(packet)));
    reader.feed(stream, cut, stream.length - cut, packet -> seen.add(describe(packet)));
    return seen;
  }

  /** Paho's reading of the bytes, written by Paho again; the first byte of AUTH is put right. */
  private static byte[] throughPaho(byte[] bytes) throws MqttException {
    MqttWireMessage message = MqttWireMessage.createWireMessage(bytes);
    byte[] written = message.serialize();
    if (message instanceof MqttAuth) {
      written[0] = (byte) 0xF0;
    }
    return written;
  }
}
