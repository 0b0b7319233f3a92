package io.mooring.internal.wire;

import static io.mooring.internal.wire.WireTests.hex;
import static io.mooring.internal.wire.WireTests.written;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeOptions.RetainHandling;
import io.mooring.UserProperty;
import io.mooring.Will;
import io.mooring.testkit.Bytes;
import io.mooring.testkit.MalformedPacketException;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.MqttType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttConnect;
import org.eclipse.paho.mqttv5.common.packet.MqttPublish;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The writer against two other codecs: each must read what was meant. */
class WriterAgreementTest {
  private static final int ROUNDS = 5_000;

  private final RandomPackets random = new RandomPackets(21, false);
  private final RandomPackets polite = new RandomPackets(22, true);

  @Test
  void publish_isReadByTheTestkit() throws MalformedPacketException {
    for (int i = 0; i < ROUNDS; i++) {
      Message message = message(random);
      int alias = random.chance() ? random.id() : 0;
      boolean sendTopic = alias == 0 || random.chance();
      long expiry = random.chance() ? random.below(Integer.MAX_VALUE) : -1;
      int id = message.qos() == Qos.AT_MOST_ONCE ? 0 : random.id();
      boolean dup = id != 0 && random.chance();
      byte[] bytes = written(w -> w.publish(message, id, dup, alias, sendTopic, expiry));
      MqttPacket.Publish read = (MqttPacket.Publish) MqttPackets.decode(bytes);
      assertEquals(dup, read.dup());
      assertEquals(message.qos().code(), read.qos());
      assertEquals(message.retain(), read.retain());
      assertEquals(sendTopic ? message.topic() : "", read.topic());
      assertEquals(id, read.packetId());
      assertEquals(Bytes.of(message.payload()), read.payload());
      assertMessageProperties(message, expiry, read.properties());
      assertEquals(alias, read.properties().number(MqttProperty.TOPIC_ALIAS).orElse(0));
      assertEquals(bytes.length, PacketWriter.publishSize(message, alias, sendTopic, expiry));
    }
  }

  @Test
  void publish_isReadByPaho_andByOurReader() throws MqttException {
    for (int i = 0; i < ROUNDS; i++) {
      Message message = message(polite);
      int id = message.qos() == Qos.AT_MOST_ONCE ? 0 : polite.id();
      byte[] bytes = written(w -> w.publish(message, id, false, 7, true, 9));
      MqttPublish read = (MqttPublish) MqttWireMessage.createWireMessage(bytes);
      assertEquals(message.topic(), read.getTopicName());
      assertEquals(id, read.getMessageId());
      assertArrayEquals(message.payload(), read.getMessage().getPayload());
      assertEquals(message.utf8Payload(), read.getProperties().getPayloadFormat());
      assertEquals(9L, read.getProperties().getMessageExpiryInterval());
      assertEquals(7, read.getProperties().getTopicAlias());
      assertEquals(message.contentType(), read.getProperties().getContentType());
      assertEquals(message.responseTopic(), read.getProperties().getResponseTopic());
      assertArrayEquals(message.correlationData(), read.getProperties().getCorrelationData());
      Packet.Publish ours = (Packet.Publish) WireTests.readOne(bytes);
      assertEquals(message.topic(), ours.topic());
      assertEquals(message.userProperties(), ours.properties().userProperties());
      assertArrayEquals(message.payload(), ours.payload());
    }
  }

  @Test
  void connect_isReadByTheTestkit() throws MalformedPacketException {
    for (int i = 0; i < ROUNDS; i++) {
      ConnectPacket packet = connect();
      byte[] bytes = written(w -> w.connect(packet));
      MqttPacket.Connect read = (MqttPacket.Connect) MqttPackets.decode(bytes);
      assertEquals(packet.cleanStart(), read.cleanStart());
      assertEquals(packet.keepAliveSeconds(), read.keepAlive());
      assertEquals(packet.clientId(), read.clientId());
      assertEquals(Optional.ofNullable(packet.userName()), read.userName());
      assertEquals(Optional.ofNullable(packet.password()).map(Bytes::of), read.password());
      assertEquals(connectProperties(packet), byIdentifier(read.properties()), () -> hex(bytes));
      Will will = packet.will();
      assertEquals(will != null, read.will().isPresent());
      if (will != null) {
        MqttPacket.Will sent = read.will().orElseThrow();
        Message message = will.message();
        assertEquals(message.qos().code(), sent.qos());
        assertEquals(message.retain(), sent.retain());
        assertEquals(message.topic(), sent.topic());
        assertEquals(Bytes.of(message.payload()), sent.payload());
        Duration expiry = message.expiry();
        assertMessageProperties(
            message, expiry == null ? -1 : expiry.toSeconds(), sent.properties());
        assertEquals(
            will.delay().isZero()
                ? OptionalLong.empty()
                : OptionalLong.of(will.delay().toSeconds()),
            sent.properties().number(MqttProperty.WILL_DELAY_INTERVAL));
      }
    }
  }

  @Test
  void connect_isWhatPahoWouldWriteWithTheCredentials() throws MqttException {
    for (int i = 0; i < ROUNDS; i++) {
      ConnectPacket packet = connect();
      byte[] bytes = written(w -> w.connect(packet));
      MqttConnect read = (MqttConnect) MqttWireMessage.createWireMessage(bytes);
      assertArrayEquals(packet.password(), read.getPassword());
      assertArrayEquals(packet.authenticationData(), read.getProperties().getAuthenticationData());
      assertEquals(bytes.length, read.serialize().length);
    }
  }

  @Test
  void subscribeAndUnsubscribe_areReadByTheTestkit() throws MalformedPacketException {
    for (int i = 0; i < ROUNDS; i++) {
      Map<String, SubscribeOptions> filters = new LinkedHashMap<>();
      List<MqttPacket.Subscription> expected = new ArrayList<>();
      for (int left = 1 + polite.below(4); left > 0; left--) {
        SubscribeOptions options =
            SubscribeOptions.DEFAULT
                .withQos(Qos.of(polite.below(3)))
                .withNoLocal(polite.chance())
                .withRetainAsPublished(polite.chance())
                .withRetainHandling(RetainHandling.values()[polite.below(3)])
                .withManualAcknowledgement(polite.chance());
        String filter = left + "/" + polite.text(5) + "/+/#";
        filters.put(filter, options);
        expected.add(new MqttPacket.Subscription(filter, bits(options)));
      }
      int id = polite.id();
      int identifier = polite.chance() ? 1 + polite.below(268_435_455) : 0;
      List<UserProperty> user = user(polite);
      assertEquals(
          new MqttPacket.Subscribe(id, subscribeProperties(identifier, user), expected),
          MqttPackets.decode(written(w -> w.subscribe(id, filters, identifier, user))));
      List<String> names = List.copyOf(filters.keySet());
      assertEquals(
          new MqttPacket.Unsubscribe(id, subscribeProperties(0, user), names),
          MqttPackets.decode(written(w -> w.unsubscribe(id, names, user))));
    }
  }

  @Test
  void acksDisconnectAndAuth_areReadByTheTestkit() throws MalformedPacketException {
    for (ReasonCode reason : ReasonCode.values()) {
      for (Packet.AckType type : Packet.AckType.values()) {
        assertEquals(
            new MqttPacket.Ack(
                MqttType.valueOf(type.name()), 5, reason.code(), MqttProperties.NONE),
            MqttPackets.decode(written(w -> w.ack(type, 5, reason))));
      }
      List<UserProperty> user = user(random);
      assertEquals(
          new MqttPacket.Disconnect(
              reason.code(),
              withUser(
                  MqttProperties.NONE
                      .with(MqttProperty.SESSION_EXPIRY_INTERVAL, 5)
                      .with(MqttProperty.REASON_STRING, "why"),
                  user)),
          MqttPackets.decode(written(w -> w.disconnect(reason, 5, "why", user))));
      byte[] data = random.bytes(300);
      assertEquals(
          new MqttPacket.Auth(reason.code(), MqttPackets.authentication("m", data)),
          MqttPackets.decode(written(w -> w.auth(reason, "m", data))));
    }
  }

  private ConnectPacket connect() {
    Message message = message(polite);
    boolean method = polite.chance();
    long sessionExpiry = polite.chance() ? 0xFFFF_FFFFL : polite.below(3);
    return new ConnectPacket(
        polite.text(8),
        polite.chance(),
        polite.below(65_536),
        sessionExpiry,
        polite.chance() ? 65_535 : 1 + polite.below(32_767),
        polite.chance() ? 268_435_460 : 1 + polite.below(268_435_459),
        polite.below(32_768),
        polite.chance(),
        polite.chance(),
        user(polite),
        polite.chance() ? new Will(message, Duration.ofSeconds(polite.below(3))) : null,
        polite.chance() ? polite.text(8) : null,
        polite.chance() ? polite.bytes(200) : null,
        method ? polite.text(5) : null,
        method && polite.chance() ? polite.bytes(400) : null);
  }

  private static Message message(RandomPackets from) {
    Message.Builder builder =
        Message.to("t" + from.text(10))
            .qos(Qos.of(from.below(3)))
            .retain(from.chance())
            .utf8Payload(from.chance())
            .payload(from.bytes(from.chance() ? 400 : 20));
    if (from.chance()) {
      builder.contentType(from.text(5));
    }
    if (from.chance()) {
      builder.responseTopic("r" + from.text(5));
    }
    if (from.chance()) {
      builder.correlationData(from.bytes(50));
    }
    if (from.chance()) {
      builder.expiry(Duration.ofSeconds(1 + from.below(1_000)));
    }
    user(from).forEach(property -> builder.userProperty(property.name(), property.value()));
    return builder.build();
  }

  private static List<UserProperty> user(RandomPackets from) {
    List<UserProperty> properties = new ArrayList<>();
    for (int left = from.chance() ? from.below(3) : 0; left > 0; left--) {
      properties.add(new UserProperty(from.text(4), from.text(6)));
    }
    return properties;
  }

  private static void assertMessageProperties(
      Message message, long expiry, MqttProperties properties) {
    assertEquals(
        message.utf8Payload() ? OptionalLong.of(1) : OptionalLong.empty(),
        properties.number(MqttProperty.PAYLOAD_FORMAT_INDICATOR));
    assertEquals(
        expiry < 0 ? OptionalLong.empty() : OptionalLong.of(expiry),
        properties.number(MqttProperty.MESSAGE_EXPIRY_INTERVAL));
    assertEquals(
        Optional.ofNullable(message.contentType()), properties.text(MqttProperty.CONTENT_TYPE));
    assertEquals(
        Optional.ofNullable(message.responseTopic()), properties.text(MqttProperty.RESPONSE_TOPIC));
    assertEquals(
        Optional.ofNullable(message.correlationData()).map(Bytes::of),
        properties.bytes(MqttProperty.CORRELATION_DATA));
    assertEquals(withUser(MqttProperties.NONE, message.userProperties()).user(), properties.user());
  }

  /** What CONNECT should carry, in the order of the identifiers. */
  private static MqttProperties connectProperties(ConnectPacket packet) {
    MqttProperties properties = MqttProperties.NONE;
    properties =
        number(properties, MqttProperty.SESSION_EXPIRY_INTERVAL, packet.sessionExpirySeconds(), 0);
    properties =
        text(properties, MqttProperty.AUTHENTICATION_METHOD, packet.authenticationMethod());
    byte[] data = packet.authenticationData();
    if (data != null) {
      properties = properties.with(MqttProperty.AUTHENTICATION_DATA, data);
    }
    properties =
        number(
            properties,
            MqttProperty.REQUEST_PROBLEM_INFORMATION,
            packet.requestProblemInformation() ? 1 : 0,
            1);
    properties =
        number(
            properties,
            MqttProperty.REQUEST_RESPONSE_INFORMATION,
            packet.requestResponseInformation() ? 1 : 0,
            0);
    properties = number(properties, MqttProperty.RECEIVE_MAXIMUM, packet.receiveMaximum(), 65_535);
    properties =
        number(properties, MqttProperty.TOPIC_ALIAS_MAXIMUM, packet.topicAliasMaximum(), 0);
    properties = withUser(properties, packet.userProperties());
    return number(
        properties, MqttProperty.MAXIMUM_PACKET_SIZE, packet.maximumPacketSize(), 268_435_460);
  }

  private static MqttProperties subscribeProperties(int identifier, List<UserProperty> user) {
    return withUser(
        number(MqttProperties.NONE, MqttProperty.SUBSCRIPTION_IDENTIFIER, identifier, 0), user);
  }

  private static MqttProperties byIdentifier(MqttProperties properties) {
    List<MqttProperties.Entry> entries = new ArrayList<>(properties.entries());
    entries.sort((a, b) -> Integer.compare(a.property().id(), b.property().id()));
    MqttProperties sorted = MqttProperties.NONE;
    for (MqttProperties.Entry entry : entries) {
      if (entry.value() instanceof Long number) {
        sorted = sorted.with(entry.property(), number);
      } else if (entry.value() instanceof String text) {
        sorted = sorted.with(entry.property(), text);
      } else if (entry.value() instanceof Bytes bytes) {
        sorted = sorted.with(entry.property(), bytes.toArray());
      } else if (entry.value() instanceof MqttProperties.Pair pair) {
        sorted = sorted.withUser(pair.name(), pair.value());
      }
    }
    return sorted;
  }

  private static MqttProperties withUser(MqttProperties properties, List<UserProperty> user) {
    MqttProperties all = properties;
    for (UserProperty property : user) {
      all = all.withUser(property.name(), property.value());
    }
    return all;
  }

  private static MqttProperties number(
      MqttProperties properties, MqttProperty property, long value, long standard) {
    return value == standard ? properties : properties.with(property, value);
  }

  private static MqttProperties text(
      MqttProperties properties, MqttProperty property, @Nullable String value) {
    return value == null ? properties : properties.with(property, value);
  }

  private static int bits(SubscribeOptions options) {
    int handling =
        switch (options.retainHandling()) {
          case SEND -> 0;
          case SEND_IF_NEW -> 0x10;
          case DO_NOT_SEND -> 0x20;
        };
    return options.qos().code()
        | (options.noLocal() ? 4 : 0)
        | (options.retainAsPublished() ? 8 : 0)
        | handling;
  }
}
