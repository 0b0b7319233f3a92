package io.mooring.internal.session;

import static io.mooring.internal.session.BrokerPackets.ack;
import static io.mooring.internal.session.BrokerPackets.connAck;
import static io.mooring.internal.session.BrokerPackets.disconnect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.UserProperty;
import io.mooring.error.ConnectionLostException;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.Packet.AckType;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttProperty;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionResumeTest {
  private final List<String> journal = new ArrayList<>();
  private final TestClient client = new TestClient(new RecordingJournal());

  private void publishThree() {
    client.connect();
    client.publish("a", Qos.EXACTLY_ONCE);
    client.publish("b", Qos.AT_LEAST_ONCE);
    client.publish("c", Qos.EXACTLY_ONCE);
    client.receive(ack(AckType.PUBREC, 1));
    client.sent();
    client.cut();
  }

  @Test
  void resumedSession_sendsPubRelThenPublishWithDupInTheirOrder_thenTheQueue() {
    publishThree();
    client.publish("d", Qos.AT_LEAST_ONCE);
    client.connect(connAck().sessionPresent());
    assertEquals(
        List.of("PUBREL 1 0x00", "PUBLISH+DUP 2 b", "PUBLISH+DUP 3 c", "PUBLISH 4 d"),
        client.sentInShort());
  }

  @Test
  void resumedSession_smallerWindow_sendsAgainOnlyWhatFits() {
    publishThree();
    client.connect(connAck().sessionPresent().receiveMaximum(1));
    assertEquals(List.of("PUBREL 1 0x00"), client.sentInShort());
    client.receive(ack(AckType.PUBCOMP, 1));
    assertEquals(List.of("PUBLISH+DUP 2 b"), client.sentInShort());
    client.receive(ack(AckType.PUBACK, 2));
    assertEquals(List.of("PUBLISH+DUP 3 c"), client.sentInShort());
  }

  @Test
  void resumedTwice_losesNothing() {
    publishThree();
    client.connect(connAck().sessionPresent().receiveMaximum(2));
    client.sent();
    client.cut();
    client.connect(connAck().sessionPresent());
    assertEquals(
        List.of("PUBREL 1 0x00", "PUBLISH+DUP 2 b", "PUBLISH+DUP 3 c"), client.sentInShort());
  }

  @Test
  void resumedSession_answerToWhatWasNotYetSentAgain_isTaken() {
    publishThree();
    client.connect(connAck().sessionPresent().receiveMaximum(1));
    client.receive(ack(AckType.PUBACK, 2));
    client.receive(ack(AckType.PUBREC, 3));
    client.receive(ack(AckType.PUBCOMP, 3));
    client.receive(ack(AckType.PUBCOMP, 1));
    assertEquals(List.of("PUBREL 1 0x00", "PUBREL 3 0x00"), client.sentInShort());
    assertEquals(0, client.state.pending());
  }

  @Test
  void lostSession_sendsUnansweredAsNewWithoutDup_aheadOfTheQueue() {
    publishThree();
    client.publish("d", Qos.AT_LEAST_ONCE);
    client.connect();
    assertEquals(List.of("PUBLISH 4 b", "PUBLISH 5 c", "PUBLISH 6 d"), client.sentInShort());
    assertEquals(List.of("connected", "delivered a 0x00 Success", "connected"), client.events);
  }

  @Test
  void lostSession_keepsTheOrderAcrossTwoLosses() {
    client.connect();
    client.publish("a", Qos.AT_LEAST_ONCE);
    client.publish("b", Qos.AT_LEAST_ONCE);
    client.publish("c", Qos.AT_LEAST_ONCE);
    client.cut();
    client.connect(connAck().receiveMaximum(1));
    assertEquals(List.of("PUBLISH 4 a"), client.sentInShort());
    client.cut();
    client.connect();
    assertEquals(List.of("PUBLISH 5 a", "PUBLISH 6 b", "PUBLISH 7 c"), client.sentInShort());
  }

  @Test
  void sessionThatEndsWithTheConnection_isForgottenAtItsEnd() {
    client.sessionExpirySeconds = 0;
    client.connect();
    client.publish("a", Qos.AT_LEAST_ONCE);
    client.cut();
    assertFalse(client.state.held());
    assertEquals(0, client.state.inFlight());
    assertEquals(1, client.state.waiting());
  }

  @Test
  void refusedAttempt_leavesTheStateAsItWas() {
    publishThree();
    client.open();
    assertThrows(
        io.mooring.error.BrokerRefusalException.class,
        () -> client.receive(connAck().reason(ReasonCode.SERVER_BUSY).build()));
    assertEquals(3, client.state.inFlight());
    client.connect(connAck().sessionPresent());
    assertEquals(
        List.of("PUBREL 1 0x00", "PUBLISH+DUP 2 b", "PUBLISH+DUP 3 c"), client.sentInShort());
  }

  @Test
  void disconnectByTheBroker_isAConnectionLossWithItsReason() {
    client.connect();
    ConnectionLostException e =
        client.refuses(
            ConnectionLostException.class,
            new Packet.Disconnect(
                ReasonCode.USE_ANOTHER_SERVER, "drained", "b.example:8883", List.of()));
    assertEquals(ReasonCode.USE_ANOTHER_SERVER, e.reasonCode());
    assertEquals("b.example:8883", e.serverReference());
    assertEquals(
        "Broker ended the connection: 0x9C Use another server; the broker says \"drained\"; Server"
            + " Reference b.example:8883. Queued messages are kept for the next connection.",
        e.getMessage());
    assertEquals(List.of(), client.sentInShort());
  }

  @Test
  void takenOver_isNotRetried() {
    client.connect();
    ConnectionLostException e =
        client.refuses(ConnectionLostException.class, disconnect(ReasonCode.SESSION_TAKEN_OVER));
    assertFalse(e.retryable());
  }

  @Test
  void secondConnAck_isAViolation() {
    client.connect();
    client.refuses(io.mooring.error.ProtocolViolationException.class, connAck().build());
  }

  @Test
  void disconnect_isTheLastPacket() {
    Session session = client.connect();
    session.disconnect(
        ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
        60,
        "maintenance",
        List.of(new UserProperty("k", "v")),
        client.now);
    client.publish("late", Qos.AT_LEAST_ONCE);
    MqttPacket.Disconnect sent = (MqttPacket.Disconnect) client.sent().get(0);
    assertEquals(0x04, sent.reasonCode());
    assertEquals(60, sent.properties().number(MqttProperty.SESSION_EXPIRY_INTERVAL).orElseThrow());
    assertEquals("maintenance", sent.properties().text(MqttProperty.REASON_STRING).orElseThrow());
    assertEquals(Long.MAX_VALUE, session.nextDeadlineNanos());
  }

  @Test
  void disconnect_tooLargeForTheBroker_leavesOutWhatIsOnlyForItsLog() {
    Session session = client.connect(connAck().maximumPacketSize(20));
    session.disconnect(ReasonCode.SUCCESS, -1, "x".repeat(100), List.of(), client.now);
    MqttPacket.Disconnect sent = (MqttPacket.Disconnect) client.sent().get(0);
    assertFalse(sent.properties().has(MqttProperty.REASON_STRING));
  }

  @Test
  void disconnectWithExpiryZero_endsTheSession() {
    client.connect().disconnect(ReasonCode.SUCCESS, 0, null, List.of(), client.now);
    client.cut();
    assertFalse(client.state.held());
  }

  @Test
  void disconnectThatAsksForASessionAfterNone_isMisuse() {
    client.sessionExpirySeconds = 0;
    Session session = client.connect();
    assertThrows(
        IllegalArgumentException.class,
        () -> session.disconnect(ReasonCode.SUCCESS, 60, null, List.of(), client.now));
  }

  @Test
  void journal_hearsOfEveryChangeThatHasToSurvive() {
    client.connect();
    client.publish("a", Qos.EXACTLY_ONCE);
    client.receive(ack(AckType.PUBREC, 1));
    client.receive(ack(AckType.PUBCOMP, 1));
    client.publish("b", Qos.AT_LEAST_ONCE);
    client.receive(BrokerPackets.publish(Qos.EXACTLY_ONCE, 9, "in", ""));
    client.receive(ack(AckType.PUBREL, 9));
    client.receive(BrokerPackets.publish(Qos.EXACTLY_ONCE, 10, "in", ""));
    client.cut();
    client.connect();
    assertEquals(
        List.of(
            "assigned a 1",
            "received a",
            "completed a",
            "assigned b 2",
            "inboundReceived 9",
            "inboundReleased 9",
            "inboundReceived 10",
            "inboundCleared",
            "unassigned b",
            "assigned b 3"),
        journal);
  }

  @Test
  void journal_hearsOfAnInboundMessageAsSoonAsItIsAcknowledged_whileOffline_once() {
    client.automatic = false;
    Session first = client.connect();
    client.receive(BrokerPackets.publish(Qos.EXACTLY_ONCE, 9, "in", ""));
    client.cut();
    first.acknowledge(client.messages.get(0), client.now);
    assertEquals(List.of("inboundReceived 9"), journal, "or a restart hands it over again");
    client.connect(connAck().sessionPresent());
    client.receive(BrokerPackets.publish(Qos.EXACTLY_ONCE, 9, "in", ""));
    assertEquals(List.of("PUBREC 9 0x00"), client.sentInShort());
    client.receive(ack(AckType.PUBREL, 9));
    assertEquals(List.of("inboundReceived 9", "inboundReleased 9"), journal);
  }

  @Test
  void journal_hearsOfAnInboundMessageAsSoonAsItIsAcknowledged_behindAnEarlierOne() {
    client.automatic = false;
    client.connect();
    client.receive(BrokerPackets.publish(Qos.EXACTLY_ONCE, 8, "in", ""));
    client.receive(BrokerPackets.publish(Qos.EXACTLY_ONCE, 9, "in", ""));
    client.acknowledge(1);
    assertEquals(List.of("inboundReceived 9"), journal);
    assertEquals(List.of(), client.sentInShort());
    client.acknowledge(0);
    assertEquals(List.of("PUBREC 8 0x00", "PUBREC 9 0x00"), client.sentInShort());
    assertEquals(List.of("inboundReceived 9", "inboundReceived 8"), journal);
  }

  @Test
  void journal_hearsNothingOfAnInboundMessageThatIsRefused_orWhoseSessionIsGone() {
    client.automatic = false;
    Session first = client.connect();
    client.receive(BrokerPackets.publish(Qos.EXACTLY_ONCE, 8, "in", ""));
    client.receive(BrokerPackets.publish(Qos.EXACTLY_ONCE, 9, "in", ""));
    first.acknowledge(client.messages.get(0), ReasonCode.PAYLOAD_FORMAT_INVALID, client.now);
    client.cut();
    client.connect();
    first.acknowledge(client.messages.get(1), client.now);
    assertEquals(List.of("inboundCleared"), journal);
  }

  @Test
  void restoredState_isResumedAsIfTheProcessHadNotEnded() {
    client.state.restoreInFlight(outbound("rel", Qos.EXACTLY_ONCE), 5, true);
    client.state.restoreInFlight(outbound("pub", Qos.EXACTLY_ONCE), 6, false);
    client.state.restoreInbound(9);
    client.connect(connAck().sessionPresent());
    client.receive(BrokerPackets.publish(Qos.EXACTLY_ONCE, 9, "in", ""));
    client.publish("new", Qos.AT_LEAST_ONCE);
    assertEquals(
        List.of("PUBREL 5 0x00", "PUBLISH+DUP 6 pub", "PUBREC 9 0x00", "PUBLISH 7 new"),
        client.sentInShort());
    assertEquals(List.of(), client.messages);
  }

  @Test
  void restore_refusesAnIdentifierThatIsTaken() {
    client.state.restoreInFlight(outbound("a", Qos.EXACTLY_ONCE), 5, true);
    assertThrows(
        IllegalArgumentException.class,
        () -> client.state.restoreInFlight(outbound("b", Qos.EXACTLY_ONCE), 5, false));
    assertThrows(
        IllegalArgumentException.class,
        () -> client.state.restoreInFlight(outbound("b", Qos.EXACTLY_ONCE), 0, false));
    assertNull(client.state.assignedClientIdentifier());
  }

  private OutboundPublish outbound(String topic, Qos qos) {
    return new OutboundPublish(Message.to(topic).qos(qos).build(), client.now, client.completion());
  }

  private final class RecordingJournal implements SessionJournal {
    @Override
    public void assigned(OutboundPublish publish, int packetId) {
      journal.add("assigned " + publish.message().topic() + " " + packetId);
    }

    @Override
    public void received(OutboundPublish publish) {
      journal.add("received " + publish.message().topic());
    }

    @Override
    public void unassigned(OutboundPublish publish) {
      journal.add("unassigned " + publish.message().topic());
    }

    @Override
    public void completed(OutboundPublish publish) {
      journal.add("completed " + publish.message().topic());
    }

    @Override
    public void inboundReceived(int packetId) {
      journal.add("inboundReceived " + packetId);
    }

    @Override
    public void inboundReleased(int packetId) {
      journal.add("inboundReleased " + packetId);
    }

    @Override
    public void inboundCleared() {
      journal.add("inboundCleared");
    }
  }
}
