package io.mooring.bench.feeder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.mooring.bench.child.Receiving;
import io.mooring.bench.feeder.FeederInput.Packet;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeederPacketsTest {
  @ParameterizedTest
  @CsvSource({"0, 64", "1, 64", "2, 16384", "1, 3"})
  void publish_isWhatAnIndependentDecoderReads(int qos, int size) throws Exception {
    byte[] message = FeederPackets.publish(qos, size);
    byte[] block = FeederPackets.repeated(message, 3);
    for (int i = 1; qos > 0 && i <= 3; i++) {
      FeederPackets.putId(block, i * message.length - size, 0x0102 + i);
    }
    int number = 0;
    for (MqttPacket each : MqttPackets.decodeAll(block)) {
      number++;
      MqttPacket.Publish publish = (MqttPacket.Publish) each;
      assertEquals(Receiving.TOPIC, publish.topic());
      assertEquals(qos, publish.qos());
      assertEquals(size, publish.payload().toArray().length);
      assertEquals(qos == 0 ? 0 : 0x0102 + number, publish.packetId());
    }
    assertEquals(3, number);
  }

  @Test
  void input_countsAcknowledgements_andHandsOverTheRest_howeverTheBytesCome() throws IOException {
    byte[] stream =
        MqttPackets.concat(
            MqttPackets.puback(7, 0),
            MqttPackets.pingreq(),
            MqttPackets.pubcomp(8, 0),
            MqttPackets.publish(Receiving.ORDERS, "1 64 5".getBytes(StandardCharsets.US_ASCII)),
            MqttPackets.puback(9, 0));
    FeederInput input = new FeederInput(new Dribble(stream));
    StringBuilder seen = new StringBuilder();
    int acknowledged = 0;
    for (int i = 0; i < stream.length; i++) {
      input.read();
      for (Packet packet = input.next(); packet != null; packet = input.next()) {
        seen.append(packet.type()).append(' ');
        if (packet.type() == 3) {
          ByteBuffer payload =
              FeederPackets.payload(packet.first(), ByteBuffer.wrap(packet.body()));
          assertEquals("1 64 5", StandardCharsets.US_ASCII.decode(payload).toString());
        }
      }
      acknowledged += input.acknowledged();
    }
    assertEquals("12 3 ", seen.toString());
    assertEquals(3, acknowledged);
    assertNull(input.next());
  }

  @Test
  void receiveMaximum_isThatOfConnect_orTheStandards() throws IOException {
    assertEquals(0xFFFF, maximum(MqttPackets.connect("a").encode()));
    byte[] properties = {5, 0x21, 0, 20, 0x17, 1};
    byte[] connect = {0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 60};
    assertEquals(
        20, FeederPackets.receiveMaximum(ByteBuffer.wrap(MqttPackets.concat(connect, properties))));
  }

  private static int maximum(byte[] packet) throws IOException {
    FeederInput input = new FeederInput(new ByteArrayInputStream(packet));
    input.read();
    Packet connect = input.next();
    assertNotNull(connect);
    return FeederPackets.receiveMaximum(ByteBuffer.wrap(connect.body()));
  }

  @Test
  void heldOutput_keepsWhatIsWritten_untilItIsSent() throws Exception {
    try (HeldServerSocket listener = new HeldServerSocket();
        Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
        HeldSocket server = listener.accept()) {
      HeldSocket.Output out = server.getOutputStream();
      byte[] array = new byte[10];
      out.hold(array);
      out.write(new byte[] {9, 1, 2, 9}, 1, 2);
      out.write(3);
      assertEquals(3, out.take());
      out.write(new byte[] {4}, 0, 1);
      out.send(array, 3);
      assertArrayEquals(new byte[] {4, 1, 2, 3}, client.getInputStream().readNBytes(4));
    }
  }

  /** One byte at a time. */
  private static final class Dribble extends ByteArrayInputStream {
    Dribble(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int read(byte[] into, int offset, int count) {
      return super.read(into, offset, 1);
    }
  }
}
