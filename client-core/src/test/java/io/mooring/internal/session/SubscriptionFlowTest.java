package io.mooring.internal.session;

import static io.mooring.internal.session.BrokerPackets.connAck;
import static io.mooring.internal.session.BrokerPackets.subAck;
import static io.mooring.internal.session.BrokerPackets.unsubAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.SubscribeOptions;
import io.mooring.error.ProtocolViolationException;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttProperty;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubscriptionFlowTest {
  private final TestClient client = new TestClient();

  @Test
  void subscribe_carriesFiltersOptionsAndIdentifier() {
    client.connect();
    client.subscribe(
        77, SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE).withNoLocal(true), "a/+", "b/#");
    MqttPacket.Subscribe sent = (MqttPacket.Subscribe) client.sent().get(0);
    assertEquals(
        List.of("a/+", "b/#"),
        sent.subscriptions().stream().map(MqttPacket.Subscription::filter).toList());
    assertTrue(sent.subscriptions().get(0).noLocal());
    assertEquals(2, sent.subscriptions().get(0).qos());
    assertEquals(77, sent.properties().number(MqttProperty.SUBSCRIPTION_IDENTIFIER).orElseThrow());
  }

  @Test
  void subAck_givesAReasonForEachFilter() {
    client.connect();
    client.subscribe("a", "b");
    client.receive(subAck(1, ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED));
    assertEquals(
        List.of("connected", "acknowledged a [0x01 Granted QoS 1, 0x87 Not authorized]"),
        client.events);
  }

  @Test
  void unsubscribe_isAnsweredByUnsubAck() {
    client.connect();
    client.unsubscribe("a");
    assertEquals(List.of("UNSUBSCRIBE 1"), client.sentInShort());
    client.receive(unsubAck(1, ReasonCode.NO_SUBSCRIPTION_EXISTED));
    assertEquals(
        List.of("connected", "acknowledged a [0x11 No subscription existed]"), client.events);
  }

  @Test
  void identifiers_areSharedWithPublishesAndUnique() {
    client.connect();
    client.publish("a", Qos.AT_LEAST_ONCE);
    client.subscribe("b");
    client.publish("c", Qos.AT_LEAST_ONCE);
    assertEquals(List.of("PUBLISH 1 a", "SUBSCRIBE 2", "PUBLISH 3 c"), client.sentInShort());
  }

  @Test
  void subAckForNobody_isAViolation() {
    client.connect();
    client.refuses(ProtocolViolationException.class, subAck(1, ReasonCode.SUCCESS));
    assertEquals(List.of("DISCONNECT 0x82"), client.sentInShort());
  }

  @Test
  void subAckForAPublish_isAViolation() {
    client.connect();
    client.publish("a", Qos.AT_LEAST_ONCE);
    client.refuses(ProtocolViolationException.class, subAck(1, ReasonCode.SUCCESS));
  }

  @Test
  void unsubAckForASubscribe_isAViolation() {
    client.connect();
    client.subscribe("a");
    client.refuses(ProtocolViolationException.class, unsubAck(1, ReasonCode.SUCCESS));
  }

  @Test
  void subAckWithTooFewReasons_isAViolation() {
    client.connect();
    client.subscribe("a", "b");
    client.refuses(ProtocolViolationException.class, subAck(1, ReasonCode.SUCCESS));
  }

  @Test
  void connectionEndsFirst_failsTheRequestAndFreesItsIdentifier() {
    client.connect();
    client.subscribe("a");
    client.cut();
    assertEquals(List.of("connected", "failed a ConnectionLostException"), client.events);
    client.connect(connAck().sessionPresent());
    client.sent();
    assertEquals(0, client.state.pending());
  }

  @Test
  void requestOnAnEndedSession_fails() {
    Session session = client.connect();
    client.cut();
    client.session = session;
    client.subscribe("a");
    assertEquals(List.of("connected", "failed a ConnectionLostException"), client.events);
  }

  @Test
  void identifierThatTheBrokerDoesNotOffer_failsAlone() {
    client.connect(connAck().withoutIdentifiers());
    client.subscribe(1, SubscribeOptions.DEFAULT, "a");
    assertFailedUnsent("Subscription Identifiers");
  }

  @Test
  void wildcardThatTheBrokerDoesNotOffer_failsAlone() {
    client.connect(connAck().withoutWildcard());
    client.subscribe("a", "b/+");
    assertFailedUnsent("'b/+' holds a wildcard");
  }

  @Test
  void sharedSubscriptionThatTheBrokerDoesNotOffer_failsAlone() {
    client.connect(connAck().withoutShared());
    client.subscribe("$share/g/a");
    assertFailedUnsent("shared subscription");
  }

  @Test
  void sharedSubscriptionWithNoLocal_failsAlone() {
    client.connect();
    client.subscribe(0, SubscribeOptions.DEFAULT.withNoLocal(true), "$share/g/a");
    assertFailedUnsent("No Local");
  }

  @Test
  void unsubscribe_isNotHeldToWhatTheBrokerOffers() {
    client.connect(connAck().withoutWildcard());
    client.unsubscribe("b/+");
    assertEquals(List.of("UNSUBSCRIBE 1"), client.sentInShort());
  }

  @Test
  void packetTooLargeForTheBroker_failsAloneNamingTheSizes() {
    client.connect(connAck().maximumPacketSize(30));
    client.subscribe("a-filter-that-is-too-long/for-this-broker");
    assertFailedUnsent("Maximum Packet Size is 30 bytes");
  }

  private void assertFailedUnsent(String part) {
    assertEquals(List.of(), client.sentInShort());
    String message = client.failures.get(0).getMessage();
    assertTrue(message.contains(part), message);
    client.publish("goes on", Qos.AT_MOST_ONCE);
    assertEquals(List.of("PUBLISH 0 goes on"), client.sentInShort());
  }
}
