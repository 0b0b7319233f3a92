package io.mooring.internal.session;

import static io.mooring.internal.session.BrokerPackets.ack;
import static io.mooring.internal.session.BrokerPackets.connAck;
import static io.mooring.internal.session.BrokerPackets.subAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.error.MessageExpiredException;
import io.mooring.error.MooringException;
import io.mooring.error.ProtocolViolationException;
import io.mooring.error.PublishException;
import io.mooring.error.PublishRefusedException;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.Packet.AckType;
import io.mooring.internal.wire.WireBuffer;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttProperty;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutboundFlowTest {
  private final TestClient client = new TestClient();

  @Test
  void qos0_isDeliveredOnceWritten() {
    client.connect();
    client.publish("a", Qos.AT_MOST_ONCE);
    assertEquals(List.of("PUBLISH 0 a"), client.sentInShort());
    assertEquals(List.of("connected", "delivered a 0x00 Success"), client.events);
  }

  @Test
  void qos0_leavesTheQueueBehindItsBytes_sinceNothingElseHoldsIt() {
    WireBuffer out = new WireBuffer();
    OneMessage queue = new OneMessage(out);
    Packet.ConnAck accepted = connAck().build();
    Negotiated limits = Negotiated.of(client.options(), accepted, "meter-0042");
    new OutboundFlow(new Link(out), new SessionState(queue), limits).pump(0);
    assertTrue(queue.gone);
    assertTrue(queue.writtenBefore > 0, "a failure to write would lose it and its receipt");
  }

  /** A message at QoS 0, and how much had been written when it was taken away. */
  private static final class OneMessage implements PublishQueue, OutboundPublish.Completion {
    private final WireBuffer out;
    private final OutboundPublish only =
        new OutboundPublish(Message.to("a").qos(Qos.AT_MOST_ONCE).build(), 0, this);
    private boolean gone;
    private int writtenBefore;

    OneMessage(WireBuffer out) {
      this.out = out;
    }

    @Override
    public @Nullable OutboundPublish peek() {
      return gone ? null : only;
    }

    @Override
    public void remove() {
      gone = true;
      writtenBefore = out.length();
    }

    @Override
    public int size() {
      return gone ? 0 : 1;
    }

    @Override
    public void delivered(
        OutboundPublish publish, ReasonCode reason, Packet.@Nullable Ack acknowledgement) {}

    @Override
    public void failed(OutboundPublish publish, MooringException cause) {}
  }

  @Test
  void qos1_isDeliveredByPubAck() {
    client.connect();
    client.publish("a", Qos.AT_LEAST_ONCE);
    assertEquals(List.of("PUBLISH 1 a"), client.sentInShort());
    client.receive(ack(AckType.PUBACK, 1, ReasonCode.NO_MATCHING_SUBSCRIBERS));
    assertEquals(List.of("connected", "delivered a 0x10 No matching subscribers"), client.events);
    assertEquals(0, client.state.pending());
  }

  @Test
  void qos2_isDeliveredByPubCompWithTheReasonOfPubRec() {
    client.connect();
    client.publish("a", Qos.EXACTLY_ONCE);
    client.receive(ack(AckType.PUBREC, 1, ReasonCode.NO_MATCHING_SUBSCRIBERS));
    assertEquals(List.of("PUBLISH 1 a", "PUBREL 1 0x00"), client.sentInShort());
    assertEquals(List.of("connected"), client.events);
    client.receive(ack(AckType.PUBCOMP, 1));
    assertEquals(List.of("connected", "delivered a 0x10 No matching subscribers"), client.events);
  }

  @Test
  void qos2_pubCompThatKnowsNoIdentifier_isDelivered() {
    client.connect();
    client.publish("a", Qos.EXACTLY_ONCE);
    client.receive(ack(AckType.PUBREC, 1));
    client.receive(ack(AckType.PUBCOMP, 1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    assertEquals(List.of("connected", "delivered a 0x00 Success"), client.events);
  }

  /** How busy the broker is shows in them. */
  @Test
  void answersToWhatIsInFlight_areCounted_lateOnesNot() {
    client.connect();
    client.publish("a", Qos.EXACTLY_ONCE);
    client.publish("b", Qos.AT_LEAST_ONCE);
    assertEquals(0, client.session().answers());
    client.receive(ack(AckType.PUBREC, 1));
    client.receive(ack(AckType.PUBCOMP, 1));
    client.receive(ack(AckType.PUBACK, 2));
    assertEquals(3, client.session().answers());
    client.receive(ack(AckType.PUBCOMP, 1));
    assertEquals(3, client.session().answers());
  }

  @Test
  void pubAckOf0x80OrMore_failsThatPublishAloneAndNeverReplaysIt() {
    client.connect();
    client.publish("a", Qos.AT_LEAST_ONCE);
    client.publish("b", Qos.AT_LEAST_ONCE);
    client.receive(ack(AckType.PUBACK, 1, ReasonCode.NOT_AUTHORIZED));
    client.receive(ack(AckType.PUBACK, 2));
    assertEquals(
        List.of("connected", "failed a PublishRefusedException", "delivered b 0x00 Success"),
        client.events);
    PublishRefusedException e =
        assertInstanceOf(PublishRefusedException.class, client.failures.get(0));
    assertEquals(ReasonCode.NOT_AUTHORIZED, e.reasonCode());
    client.sent();
    client.cut();
    client.connect(connAck().sessionPresent());
    assertEquals(List.of(), client.sentInShort());
  }

  @Test
  void pubRecOf0x80OrMore_failsThatPublishAloneAndOpensTheWindow() {
    client.connect(connAck().receiveMaximum(1));
    client.publish("a", Qos.EXACTLY_ONCE);
    client.publish("b", Qos.EXACTLY_ONCE);
    client.receive(ack(AckType.PUBREC, 1, ReasonCode.QUOTA_EXCEEDED));
    assertEquals(List.of("PUBLISH 1 a", "PUBLISH 2 b"), client.sentInShort());
    assertEquals(List.of("connected", "failed a PublishRefusedException"), client.events);
  }

  @Test
  void receiveMaximumOfTheBroker_isNeverExceeded() {
    client.connect(connAck().receiveMaximum(2));
    for (String topic : List.of("a", "b", "c", "d")) {
      client.publish(topic, Qos.AT_LEAST_ONCE);
    }
    assertEquals(List.of("PUBLISH 1 a", "PUBLISH 2 b"), client.sentInShort());
    client.receive(ack(AckType.PUBACK, 2));
    assertEquals(List.of("PUBLISH 3 c"), client.sentInShort());
  }

  @Test
  void qos2_keepsItsPlaceInTheWindowUntilPubComp() {
    client.connect(connAck().receiveMaximum(1));
    client.publish("a", Qos.EXACTLY_ONCE);
    client.publish("b", Qos.AT_LEAST_ONCE);
    client.receive(ack(AckType.PUBREC, 1));
    assertEquals(List.of("PUBLISH 1 a", "PUBREL 1 0x00"), client.sentInShort());
    client.receive(ack(AckType.PUBCOMP, 1));
    assertEquals(List.of("PUBLISH 2 b"), client.sentInShort());
  }

  @Test
  void wireBufferOverHighWater_holdsBackTheRest() {
    client.connect();
    for (int i = 0; i < 10; i++) {
      client.publish(Message.of("t", new byte[30_000]));
    }
    assertEquals(3, client.sent().size());
    client.session().pump(client.now);
    assertEquals(3, client.sent().size());
  }

  @Test
  void packetTooLargeForTheBroker_failsAloneNamingTheSizes() {
    client.connect(connAck().maximumPacketSize(100));
    client.publish(Message.of("large", new byte[200]));
    client.publish("small", Qos.AT_LEAST_ONCE);
    assertEquals(List.of("PUBLISH 1 small"), client.sentInShort());
    PublishException e = assertInstanceOf(PublishException.class, client.failures.get(0));
    assertTrue(e.getMessage().contains("PUBLISH of 213 bytes"), e.getMessage());
    assertTrue(e.getMessage().contains("Maximum Packet Size is 100 bytes"), e.getMessage());
  }

  @Test
  void qosThatTheBrokerDoesNotOffer_failsAloneAndIsNeverLowered() {
    client.connect(connAck().maximumQos(Qos.AT_LEAST_ONCE));
    client.publish("a", Qos.EXACTLY_ONCE);
    client.publish("b", Qos.AT_LEAST_ONCE);
    assertEquals(List.of("PUBLISH 1 b"), client.sentInShort());
    assertEquals(List.of("connected", "failed a PublishException"), client.events);
  }

  @Test
  void retainThatTheBrokerDoesNotOffer_failsAlone() {
    client.connect(connAck().withoutRetain());
    client.publish(Message.to("a").retain(true).build());
    assertEquals(List.of(), client.sentInShort());
    assertEquals(List.of("connected", "failed a PublishException"), client.events);
  }

  @Test
  void messageExpiry_countsTheTimeSpentWaiting() {
    client.publish(Message.to("a").expiry(Duration.ofSeconds(10)).build());
    client.now += 3 * TestClient.SECOND + 1;
    client.connect();
    MqttPacket.Publish publish = (MqttPacket.Publish) client.sent().get(0);
    assertEquals(
        7, publish.properties().number(MqttProperty.MESSAGE_EXPIRY_INTERVAL).orElseThrow());
  }

  @Test
  void messageThatExpiredWhileWaiting_failsAndIsNotSent() {
    client.publish(Message.to("a").expiry(Duration.ofSeconds(10)).build());
    client.publish("b", Qos.AT_LEAST_ONCE);
    client.now += 10 * TestClient.SECOND;
    client.connect();
    assertEquals(List.of("PUBLISH 1 b"), client.sentInShort());
    assertInstanceOf(MessageExpiredException.class, client.failures.get(0));
  }

  @Test
  void messageThatExpiredInFlight_isSentAgainAsTheStandardDemands() {
    client.connect();
    client.publish(Message.to("a").expiry(Duration.ofSeconds(10)).build());
    client.sent();
    client.cut();
    client.now += 60 * TestClient.SECOND;
    client.connect(connAck().sessionPresent());
    MqttPacket.Publish publish = (MqttPacket.Publish) client.sent().get(0);
    assertTrue(publish.dup());
    assertEquals(
        1, publish.properties().number(MqttProperty.MESSAGE_EXPIRY_INTERVAL).orElseThrow());
  }

  @Test
  void topicAlias_replacesTheTopicFromTheSecondTimeOn() {
    client.outboundTopicAliases = 2;
    client.connect(connAck().topicAliasMaximum(10));
    for (String topic : List.of("a", "b", "a", "c", "b")) {
      client.publish(topic, Qos.AT_MOST_ONCE);
    }
    assertEquals(List.of("a=1", "b=2", "=1", "c=2", "b=1"), aliases());
  }

  @Test
  void topicAlias_startsAfreshOnEachConnection() {
    client.outboundTopicAliases = 2;
    client.connect(connAck().topicAliasMaximum(10));
    client.publish("a", Qos.AT_LEAST_ONCE);
    assertEquals(List.of("a=1"), aliases());
    client.cut();
    client.connect(connAck().topicAliasMaximum(10).sessionPresent());
    client.publish("a", Qos.AT_MOST_ONCE);
    client.publish("a", Qos.AT_MOST_ONCE);
    assertEquals(List.of("a=0", "a=1", "=1"), aliases());
  }

  @Test
  void topicAlias_isNotUsedIfTheBrokerTakesNone() {
    client.outboundTopicAliases = 2;
    client.connect();
    client.publish("a", Qos.AT_MOST_ONCE);
    client.publish("a", Qos.AT_MOST_ONCE);
    assertEquals(List.of("a=0", "a=0"), aliases());
  }

  private List<String> aliases() {
    return client.sent().stream()
        .map(packet -> (MqttPacket.Publish) packet)
        .map(
            publish ->
                publish.topic()
                    + "="
                    + publish.properties().number(MqttProperty.TOPIC_ALIAS).orElse(0))
        .toList();
  }

  @Test
  void unknownPubRec_isAnsweredWith0x92() {
    client.connect();
    client.receive(ack(AckType.PUBREC, 77));
    assertEquals(List.of("PUBREL 77 0x92"), client.sentInShort());
  }

  @ParameterizedTest
  @EnumSource(names = {"PUBACK", "PUBCOMP"})
  void unknownPubAckOrPubComp_isWithoutEffect(AckType type) {
    client.connect();
    client.receive(ack(type, 77));
    assertEquals(List.of(), client.sentInShort());
    assertEquals(List.of("connected"), client.events);
  }

  @Test
  void repeatedPubRec_isAnsweredAgain() {
    client.connect();
    client.publish("a", Qos.EXACTLY_ONCE);
    client.receive(ack(AckType.PUBREC, 1));
    client.receive(ack(AckType.PUBREC, 1));
    assertEquals(List.of("PUBLISH 1 a", "PUBREL 1 0x00", "PUBREL 1 0x00"), client.sentInShort());
  }

  @ParameterizedTest
  @EnumSource(names = {"PUBREC", "PUBCOMP"})
  void wrongAcknowledgementOfQos1_isAViolation(AckType type) {
    client.connect();
    client.publish("a", Qos.AT_LEAST_ONCE);
    client.refuses(ProtocolViolationException.class, ack(type, 1));
    assertEquals(List.of("PUBLISH 1 a", "DISCONNECT 0x82"), client.sentInShort());
  }

  @ParameterizedTest
  @EnumSource(names = {"PUBACK", "PUBCOMP"})
  void wrongAcknowledgementOfQos2_isAViolation(AckType type) {
    client.connect();
    client.publish("a", Qos.EXACTLY_ONCE);
    client.refuses(ProtocolViolationException.class, ack(type, 1));
  }

  @Test
  void pubAckOfASubscribe_isAViolation() {
    client.connect();
    client.subscribe("a");
    client.refuses(ProtocolViolationException.class, ack(AckType.PUBACK, 1));
  }

  @Test
  void afterAViolation_nothingMoreIsWritten() {
    client.connect();
    client.refuses(ProtocolViolationException.class, subAck(5, ReasonCode.SUCCESS));
    client.publish("a", Qos.AT_LEAST_ONCE);
    client.receive(new Packet.PingResp());
    assertEquals(List.of("DISCONNECT 0x82"), client.sentInShort());
    assertEquals(1, client.state.pending());
  }

  @Test
  void packetIdentifiers_comeRoundAfter65535AndSkipWhatIsInUse() {
    client.connect();
    client.publish("old", Qos.AT_LEAST_ONCE);
    for (int id = 2; id <= 65_535; id++) {
      client.publish("t", Qos.AT_LEAST_ONCE);
      client.receive(ack(AckType.PUBACK, id));
      client.out.clear(1 << 16);
    }
    client.publish("next", Qos.AT_LEAST_ONCE);
    assertEquals(List.of("PUBLISH 2 next"), client.sentInShort());
  }

  @Test
  void allIdentifiersInUse_waitsForOneToComeFree() {
    client.connect();
    for (int i = 0; i < 65_536; i++) {
      client.publish("t", Qos.AT_LEAST_ONCE);
      client.out.clear(1 << 16);
    }
    assertEquals(1, client.state.waiting());
    client.receive(ack(AckType.PUBACK, 4711));
    assertEquals(List.of("PUBLISH 4711 t"), client.sentInShort());
  }
}
