package io.mooring.internal.session;

import static io.mooring.internal.session.BrokerPackets.ack;
import static io.mooring.internal.session.BrokerPackets.alias;
import static io.mooring.internal.session.BrokerPackets.connAck;
import static io.mooring.internal.session.BrokerPackets.publish;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.ReceivedMessages;
import io.mooring.UserProperty;
import io.mooring.error.ProtocolViolationException;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.Packet.AckType;
import io.mooring.internal.wire.PublishProperties;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class InboundFlowTest {
  private final TestClient client = new TestClient();

  private static Packet.Publish qos1(int packetId, String topic) {
    return publish(Qos.AT_LEAST_ONCE, packetId, topic, "");
  }

  private static Packet.Publish qos2(int packetId, String topic) {
    return publish(Qos.EXACTLY_ONCE, packetId, topic, "");
  }

  @Test
  void qos0_isHandedOverWithoutAnAnswer() {
    client.connect();
    client.receive(publish(Qos.AT_MOST_ONCE, 0, "a", ""));
    assertEquals(List.of("connected", "message a"), client.events);
    assertEquals(List.of(), client.sentInShort());
  }

  @Test
  void qos1_isAcknowledgedWhenTheReceiverSaysSo() {
    client.automatic = false;
    client.connect();
    client.receive(qos1(7, "a"));
    assertEquals(List.of(), client.sentInShort());
    client.acknowledge(0);
    client.acknowledge(0);
    assertEquals(List.of("PUBACK 7 0x00"), client.sentInShort());
  }

  @Test
  void qos2_goesThroughPubRecPubRelPubComp() {
    client.connect();
    client.receive(qos2(7, "a"));
    client.receive(ack(AckType.PUBREL, 7));
    assertEquals(List.of("PUBREC 7 0x00", "PUBCOMP 7 0x00"), client.sentInShort());
    assertEquals(List.of("connected", "message a"), client.events);
  }

  @Test
  void acknowledgements_leaveInTheOrderOfReceipt_eachQosForItself() {
    client.automatic = false;
    client.connect();
    client.receive(qos1(1, "a"));
    client.receive(qos2(2, "b"));
    client.receive(qos1(3, "c"));
    client.receive(qos2(4, "d"));
    client.acknowledge(2);
    client.acknowledge(3);
    assertEquals(List.of(), client.sentInShort());
    client.acknowledge(1);
    assertEquals(List.of("PUBREC 2 0x00", "PUBREC 4 0x00"), client.sentInShort());
    client.acknowledge(0);
    assertEquals(List.of("PUBACK 1 0x00", "PUBACK 3 0x00"), client.sentInShort());
  }

  @Test
  void acknowledgements_ofOneOrderKey_doNotWaitForThoseOfAnother() {
    client.automatic = false;
    client.byTopic = true;
    client.connect();
    client.receive(qos1(1, "slow"));
    client.receive(qos1(2, "fast"));
    client.receive(qos2(3, "slow"));
    client.receive(qos2(4, "fast"));
    client.receive(qos1(5, "fast"));
    client.acknowledge(4);
    client.acknowledge(3);
    assertEquals(List.of("PUBREC 4 0x00"), client.sentInShort());
    client.acknowledge(1);
    assertEquals(List.of("PUBACK 2 0x00", "PUBACK 5 0x00"), client.sentInShort());
    client.acknowledge(0);
    client.acknowledge(2);
    assertEquals(List.of("PUBACK 1 0x00", "PUBREC 3 0x00"), client.sentInShort());
  }

  @Test
  void strictOrder_ignoresTheKeys() {
    client.automatic = false;
    client.byTopic = true;
    client.strictAcknowledgementOrder = true;
    client.connect();
    client.receive(qos1(1, "slow"));
    client.receive(qos1(2, "fast"));
    client.acknowledge(1);
    assertEquals(List.of(), client.sentInShort());
    client.acknowledge(0);
    assertEquals(List.of("PUBACK 1 0x00", "PUBACK 2 0x00"), client.sentInShort());
  }

  @Test
  void receiverMayRefuseAMessage() {
    client.automatic = false;
    client.connect();
    client.receive(qos1(1, "a"));
    client.receive(qos2(2, "b"));
    client
        .session()
        .acknowledge(client.messages.get(0), ReasonCode.PAYLOAD_FORMAT_INVALID, client.now);
    client
        .session()
        .acknowledge(client.messages.get(1), ReasonCode.PAYLOAD_FORMAT_INVALID, client.now);
    client.receive(ack(AckType.PUBREL, 2));
    assertEquals(List.of("PUBACK 1 0x99", "PUBREC 2 0x99", "PUBCOMP 2 0x92"), client.sentInShort());
  }

  @Test
  void qos2_sentTwice_isHandedOverOnceAndAnsweredTwice() {
    client.connect();
    client.receive(qos2(7, "a"));
    client.receive(qos2(7, "a"));
    assertEquals(List.of("connected", "message a"), client.events);
    assertEquals(List.of("PUBREC 7 0x00", "PUBREC 7 0x00"), client.sentInShort());
  }

  @Test
  void qos2_identifierIsNewAgainAfterPubRel() {
    client.connect();
    client.receive(qos2(7, "a"));
    client.receive(ack(AckType.PUBREL, 7));
    client.receive(qos2(7, "b"));
    assertEquals(List.of("connected", "message a", "message b"), client.events);
  }

  @Test
  void qos2_sentAgainAfterAReconnect_isHandedOverOnce() {
    client.connect();
    client.receive(qos2(7, "a"));
    client.sent();
    client.cut();
    client.connect(connAck().sessionPresent());
    client.receive(qos2(7, "a"));
    client.receive(ack(AckType.PUBREL, 7));
    assertEquals(List.of("connected", "message a", "connected"), client.events);
    assertEquals(List.of("PUBREC 7 0x00", "PUBCOMP 7 0x00"), client.sentInShort());
  }

  @Test
  void qos2_handlerThatOutlivesTheConnection_acknowledgesOnTheNextOne() {
    client.automatic = false;
    client.connect();
    client.receive(qos2(7, "a"));
    client.cut();
    client.connect(connAck().sessionPresent());
    client.receive(qos2(7, "a"));
    assertEquals(List.of(), client.sentInShort());
    client.acknowledge(0);
    assertEquals(List.of("PUBREC 7 0x00"), client.sentInShort());
    assertEquals(1, client.messages.size());
  }

  @Test
  void qos2_acknowledgedWhileOffline_isAnsweredWhenTheBrokerSendsItAgain() {
    client.automatic = false;
    Session first = client.connect();
    client.receive(qos2(7, "a"));
    client.cut();
    first.acknowledge(client.messages.get(0), client.now);
    client.connect(connAck().sessionPresent());
    client.receive(qos2(7, "a"));
    assertEquals(List.of("PUBREC 7 0x00"), client.sentInShort());
    assertEquals(1, client.messages.size());
  }

  @Test
  void qos2_sessionLostByTheBroker_identifierMeansANewMessage() {
    client.automatic = false;
    client.connect();
    client.receive(qos2(7, "a"));
    client.cut();
    client.connect();
    client.receive(qos2(7, "b"));
    client.acknowledge(0);
    assertEquals(List.of(), client.sentInShort());
    client.acknowledge(1);
    assertEquals(List.of("PUBREC 7 0x00"), client.sentInShort());
  }

  @Test
  void qos1_acknowledgedAfterItsConnectionWasLost_isWithoutEffect() {
    client.automatic = false;
    client.connect();
    client.receive(qos1(7, "a"));
    client.cut();
    client.connect(connAck().sessionPresent());
    client.acknowledge(0);
    assertEquals(List.of(), client.sentInShort());
  }

  @Test
  void unknownPubRel_isAnsweredWith0x92() {
    client.connect();
    client.receive(ack(AckType.PUBREL, 9));
    assertEquals(List.of("PUBCOMP 9 0x92"), client.sentInShort());
  }

  @Test
  void pubRelBeforeOurPubRec_isAViolation() {
    client.automatic = false;
    client.connect();
    client.receive(qos2(7, "a"));
    client.refuses(ProtocolViolationException.class, ack(AckType.PUBREL, 7));
  }

  @Test
  void brokerThatGaveUpAQos2Exchange_mayUseTheIdentifierAgain() {
    client.connect();
    client.receive(qos2(7, "a"));
    client.receive(qos1(7, "b"));
    client.receive(qos2(7, "c"));
    assertEquals(List.of("connected", "message a", "message b", "message c"), client.events);
    assertEquals(List.of("PUBREC 7 0x00", "PUBACK 7 0x00", "PUBREC 7 0x00"), client.sentInShort());
  }

  @Test
  void receiveMaximumOfOurs_exceeded_endsWith0x93() {
    client.automatic = false;
    client.receiveMaximum = 2;
    client.connect();
    client.receive(qos1(1, "a"));
    client.receive(qos2(2, "b"));
    client.receive(publish(Qos.AT_MOST_ONCE, 0, "qos 0 does not count", ""));
    ProtocolViolationException e = client.refuses(ProtocolViolationException.class, qos1(3, "c"));
    assertEquals(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, e.reasonCode());
    assertEquals(List.of("DISCONNECT 0x93"), client.sentInShort());
  }

  @Test
  void receiveMaximumOfOurs_isFreedByPubAckAndPubComp() {
    client.receiveMaximum = 1;
    client.connect();
    client.receive(qos1(1, "a"));
    client.receive(qos2(2, "b"));
    client.refuses(ProtocolViolationException.class, qos1(3, "c"));
  }

  @Test
  void receiveMaximumOfOurs_afterPubComp_takesTheNext() {
    client.receiveMaximum = 1;
    client.connect();
    client.receive(qos2(2, "b"));
    client.receive(ack(AckType.PUBREL, 2));
    client.receive(qos1(3, "c"));
    assertEquals(List.of("connected", "message b", "message c"), client.events);
  }

  @Test
  void receiveMaximumOfOurs_pubCompOfAnEarlierConnection_opensTheBrokersWindowByOne() {
    client.receiveMaximum = 1;
    client.connect();
    client.receive(qos2(1, "a"));
    client.cut();
    client.automatic = false;
    client.connect(connAck().sessionPresent());
    client.receive(ack(AckType.PUBREL, 1));
    client.receive(qos1(2, "b"));
    client.receive(qos1(3, "c"));
    assertEquals(3, client.messages.size());
    client.refuses(ProtocolViolationException.class, qos1(4, "d"));
  }

  @Test
  void topicAlias_standsForTheTopicLastSentWithIt() {
    client.topicAliasMaximum = 2;
    client.connect();
    client.receive(publish(Qos.AT_MOST_ONCE, 0, "a", "", alias(2)));
    client.receive(publish(Qos.AT_MOST_ONCE, 0, "", "", alias(2)));
    client.receive(publish(Qos.AT_MOST_ONCE, 0, "b", "", alias(2)));
    client.receive(publish(Qos.AT_MOST_ONCE, 0, "", "", alias(2)));
    assertEquals(
        List.of("connected", "message a", "message a", "message b", "message b"), client.events);
  }

  @Test
  void topicAliasOverOurMaximum_endsWith0x94() {
    client.topicAliasMaximum = 2;
    client.connect();
    ProtocolViolationException e =
        client.refuses(
            ProtocolViolationException.class, publish(Qos.AT_MOST_ONCE, 0, "a", "", alias(3)));
    assertEquals(ReasonCode.TOPIC_ALIAS_INVALID, e.reasonCode());
  }

  @Test
  void topicAliasOfAnEarlierConnection_isAViolation() {
    client.topicAliasMaximum = 2;
    client.connect();
    client.receive(publish(Qos.AT_MOST_ONCE, 0, "a", "", alias(1)));
    client.cut();
    client.connect(connAck().sessionPresent());
    client.refuses(
        ProtocolViolationException.class, publish(Qos.AT_MOST_ONCE, 0, "", "", alias(1)));
  }

  @Test
  void neitherTopicNorAlias_isAViolation() {
    client.connect();
    client.refuses(ProtocolViolationException.class, publish(Qos.AT_MOST_ONCE, 0, "", ""));
  }

  @Test
  void wildcardInATopicName_endsWith0x90() {
    client.connect();
    ProtocolViolationException e =
        client.refuses(ProtocolViolationException.class, publish(Qos.AT_MOST_ONCE, 0, "a/#", ""));
    assertEquals(ReasonCode.TOPIC_NAME_INVALID, e.reasonCode());
  }

  @Test
  void wildcardInAResponseTopic_isAViolation() {
    client.connect();
    PublishProperties properties =
        new PublishProperties(false, -1, 0, "reply/+", null, List.of(), List.of(), null);
    client.refuses(
        ProtocolViolationException.class, publish(Qos.AT_MOST_ONCE, 0, "a", "", properties));
  }

  @Test
  void message_carriesEveryProperty() {
    client.connect();
    UserProperty property = new UserProperty("k", "v");
    client.receive(
        publish(
            Qos.AT_LEAST_ONCE,
            5,
            "a",
            "hello",
            new PublishProperties(
                true, 9, 0, "reply", new byte[] {1}, List.of(property), List.of(3, 4), "text")));

    InboundPublish inbound = client.messages.get(0);
    Message message = ReceivedMessages.of(inbound);

    assertEquals(List.of(3, 4), inbound.subscriptionIdentifiers());
    assertEquals("hello", message.payloadText());
    assertEquals(Duration.ofSeconds(9), message.expiry());
    assertEquals("reply", message.responseTopic());
    assertArrayEquals(new byte[] {1}, message.correlationData());
    assertEquals(List.of(property), message.userProperties());
    assertEquals("text", message.contentType());
    assertEquals(Qos.AT_LEAST_ONCE, message.qos());
    assertEquals(true, message.utf8Payload());
  }

  @Test
  void messageThatExpiredOnTheWay_isStillAMessage() {
    client.connect();
    client.receive(
        publish(
            Qos.AT_MOST_ONCE,
            0,
            "a",
            "",
            new PublishProperties(false, 0, 0, null, null, List.of(), List.of(), null)));
    assertEquals(Duration.ofSeconds(1), ReceivedMessages.of(client.messages.get(0)).expiry());
  }
}
