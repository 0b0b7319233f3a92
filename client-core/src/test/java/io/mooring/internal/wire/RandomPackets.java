package io.mooring.internal.wire;

import io.mooring.testkit.Bytes;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.MqttType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Packets a sound broker may send, at random from a seed. A property never has its default value,
 * so that what was read can be turned back into what was sent.
 */
final class RandomPackets {
  private static final int[] CONNACK_ERRORS = {0x80, 0x85, 0x87, 0x8C, 0x97, 0x99, 0x9B, 0x9F};
  private static final int[] CONNACK_ERRORS_OF_PAHO = {0x80, 0x85, 0x87, 0x8C, 0x97, 0x9F};
  private static final int[] PUBACK = {0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99};
  private static final int[] PUBACK_OF_PAHO = {0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x97, 0x99};
  private static final int[] PUBREL = {0, 0x92};
  private static final int[] SUBACK = {0, 1, 2, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1};
  private static final int[] SUBACK_OF_PAHO = {0, 1, 2, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x9E};
  private static final int[] UNSUBACK = {0, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91};
  private static final int[] DISCONNECT = {0, 0x80, 0x81, 0x8B, 0x8E, 0x98, 0x9C, 0x9D, 0xA2};
  private static final String[] LETTERS = {
    "a", "b/", "7", "$", " ", "\u00e9", "\u20ac", "\ud83d\ude00"
  };
  private static final String[] ODD = {"\n", "\u007f", "\ufeff", "\uffff", "\u0085"};

  private final SplittableRandom random;
  private final boolean asPahoReads;

  /**
   * A generator.
   *
   * @param asPahoReads leave out what Paho reads wrongly or refuses although the standard allows it
   */
  RandomPackets(long seed, boolean asPahoReads) {
    this.random = new SplittableRandom(seed);
    this.asPahoReads = asPahoReads;
  }

  /** The next packet, properties in the order of their identifiers. */
  MqttPacket next() {
    return switch (random.nextInt(10)) {
      case 0 -> connAck();
      case 1, 2, 3 -> publish();
      case 4 ->
          new MqttPacket.Ack(
              ackType(true), id(), pick(asPahoReads ? PUBACK_OF_PAHO : PUBACK), acknowledgement());
      case 5 -> new MqttPacket.Ack(ackType(false), id(), pick(PUBREL), acknowledgement());
      case 6 ->
          new MqttPacket.Suback(
              id(), acknowledgement(), codes(asPahoReads ? SUBACK_OF_PAHO : SUBACK));
      case 7 -> new MqttPacket.Unsuback(id(), acknowledgement(), codes(UNSUBACK));
      case 8 -> disconnect();
      default -> chance() ? new MqttPacket.Ping(MqttType.PINGRESP) : auth();
    };
  }

  /** A text of up to {@code parts} parts: ASCII mostly, other planes and odd characters too. */
  String text(int parts) {
    StringBuilder out = new StringBuilder();
    for (int left = random.nextInt(parts + 1); left > 0; left--) {
      boolean odd = !asPahoReads && random.nextInt(12) == 0;
      String[] from = odd ? ODD : LETTERS;
      out.append(from[random.nextInt(random.nextInt(3) == 0 ? from.length : from.length / 2)]);
    }
    return out.toString();
  }

  byte[] bytes(int limit) {
    byte[] out = new byte[random.nextInt(limit + 1)];
    random.nextBytes(out);
    return out;
  }

  boolean chance() {
    return random.nextInt(3) == 0;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  int id() {
    return 1 + random.nextInt(65_535);
  }

  private MqttPacket connAck() {
    Chosen chosen = new Chosen();
    chosen.number(MqttProperty.SESSION_EXPIRY_INTERVAL, 0, 0xFFFF_FFFFL);
    chosen.text(MqttProperty.ASSIGNED_CLIENT_IDENTIFIER, 10);
    chosen.number(MqttProperty.SERVER_KEEP_ALIVE, 0, 0xFFFF);
    if (chance()) {
      chosen.always(MqttProperty.AUTHENTICATION_METHOD, text(6));
      chosen.bytes(MqttProperty.AUTHENTICATION_DATA, 100);
    }
    chosen.text(MqttProperty.RESPONSE_INFORMATION, 10);
    chosen.text(MqttProperty.SERVER_REFERENCE, 10);
    chosen.text(MqttProperty.REASON_STRING, 10);
    chosen.number(MqttProperty.RECEIVE_MAXIMUM, 1, asPahoReads ? 0x7FFF : 0xFFFE);
    chosen.number(MqttProperty.TOPIC_ALIAS_MAXIMUM, 1, asPahoReads ? 0x7FFF : 0xFFFF);
    chosen.number(MqttProperty.MAXIMUM_QOS, 0, 1);
    chosen.number(MqttProperty.RETAIN_AVAILABLE, 0, 0);
    chosen.user();
    chosen.number(MqttProperty.MAXIMUM_PACKET_SIZE, 1, 0xFFFF_FFFFL);
    chosen.number(MqttProperty.WILDCARD_SUBSCRIPTION_AVAILABLE, 0, 0);
    chosen.number(MqttProperty.SUBSCRIPTION_IDENTIFIERS_AVAILABLE, 0, 0);
    chosen.number(MqttProperty.SHARED_SUBSCRIPTION_AVAILABLE, 0, 0);
    int reason = chance() ? pick(asPahoReads ? CONNACK_ERRORS_OF_PAHO : CONNACK_ERRORS) : 0;
    return new MqttPacket.Connack(reason == 0 && chance(), reason, chosen.properties);
  }

  private MqttPacket publish() {
    Chosen chosen = new Chosen();
    boolean alias = chance();
    String topic = alias && chance() ? "" : "t" + text(12);
    if (alias || chance()) {
      chosen.number(MqttProperty.PAYLOAD_FORMAT_INDICATOR, 1, 1);
      chosen.number(MqttProperty.MESSAGE_EXPIRY_INTERVAL, 0, 0xFFFF_FFFFL);
      chosen.text(MqttProperty.CONTENT_TYPE, 10);
      if (chance()) {
        chosen.always(MqttProperty.RESPONSE_TOPIC, "r" + text(6));
      }
      chosen.bytes(MqttProperty.CORRELATION_DATA, 40);
      for (int left = chance() ? below(3) : 0; left > 0; left--) {
        long subscription = 1 + random.nextLong(chance() ? 268_435_455L : 200);
        chosen.always(MqttProperty.SUBSCRIPTION_IDENTIFIER, subscription);
      }
      if (alias) {
        chosen.always(MqttProperty.TOPIC_ALIAS, 1L + random.nextInt(asPahoReads ? 0x7FFF : 0xFFFF));
      }
      chosen.user();
    }
    int qos = random.nextInt(3);
    return new MqttPacket.Publish(
        qos > 0 && chance(),
        qos,
        chance(),
        topic,
        qos == 0 ? 0 : id(),
        chosen.properties,
        Bytes.of(bytes(chance() ? 300 : 20)));
  }

  private MqttPacket disconnect() {
    Chosen chosen = new Chosen();
    chosen.text(MqttProperty.SERVER_REFERENCE, 10);
    chosen.text(MqttProperty.REASON_STRING, 10);
    chosen.user();
    return new MqttPacket.Disconnect(pick(DISCONNECT), chosen.properties);
  }

  private MqttPacket auth() {
    Chosen chosen = new Chosen();
    chosen.always(MqttProperty.AUTHENTICATION_METHOD, text(6));
    chosen.bytes(MqttProperty.AUTHENTICATION_DATA, 100);
    chosen.text(MqttProperty.REASON_STRING, 10);
    chosen.user();
    return new MqttPacket.Auth(chance() ? 0 : 0x18, chosen.properties);
  }

  private MqttProperties acknowledgement() {
    Chosen chosen = new Chosen();
    if (chance()) {
      chosen.text(MqttProperty.REASON_STRING, 10);
      chosen.user();
    }
    return chosen.properties;
  }

  private MqttType ackType(boolean first) {
    if (first) {
      return chance() ? MqttType.PUBREC : MqttType.PUBACK;
    }
    return chance() ? MqttType.PUBREL : MqttType.PUBCOMP;
  }

  private List<Integer> codes(int[] from) {
    List<Integer> codes = new ArrayList<>();
    for (int left = 1 + below(5); left > 0; left--) {
      codes.add(pick(from));
    }
    return codes;
  }

  private int pick(int[] from) {
    return from[random.nextInt(from.length)];
  }

  /** Properties, each there by chance. */
  private final class Chosen {
    private MqttProperties properties = MqttProperties.NONE;

    void number(MqttProperty property, long least, long most) {
      if (chance()) {
        always(property, chance() ? most : least + random.nextLong(most - least + 1));
      }
    }

    void text(MqttProperty property, int parts) {
      if (chance()) {
        always(property, RandomPackets.this.text(parts));
      }
    }

    void bytes(MqttProperty property, int limit) {
      if (chance()) {
        properties = properties.with(property, RandomPackets.this.bytes(limit));
      }
    }

    void user() {
      for (int left = chance() ? below(4) : 0; left > 0; left--) {
        properties = properties.withUser(RandomPackets.this.text(4), RandomPackets.this.text(8));
      }
    }

    void always(MqttProperty property, long value) {
      properties = properties.with(property, value);
    }

    void always(MqttProperty property, String value) {
      properties = properties.with(property, value);
    }
  }
}
