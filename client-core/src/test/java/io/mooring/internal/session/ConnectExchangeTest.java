package io.mooring.internal.session;

import static io.mooring.internal.session.BrokerPackets.ack;
import static io.mooring.internal.session.BrokerPackets.auth;
import static io.mooring.internal.session.BrokerPackets.connAck;
import static io.mooring.internal.session.BrokerPackets.disconnect;
import static io.mooring.internal.session.BrokerPackets.publish;
import static io.mooring.internal.session.BrokerPackets.subAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.Will;
import io.mooring.error.BrokerRefusalException;
import io.mooring.error.ProtocolViolationException;
import io.mooring.error.ServerProofException;
import io.mooring.internal.tls.VerifiedServers;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.Packet.AckType;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.MqttType;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectExchangeTest {
  private static final byte[] DATA = {'v', '='};

  private final TestClient client = new TestClient();

  private void scram() {
    client.method = new ConnectOptions.Method(TestClient.SCRAM, true);
    client.publish("stored", Qos.AT_LEAST_ONCE);
    client.open();
  }

  /** Nothing but the end of the connection left, and no callback of the application ran. */
  private void assertNothingLeaked() {
    assertTrue(
        client.sentTypes().stream().allMatch(type -> type == MqttType.DISCONNECT),
        "only DISCONNECT may leave an unproven connection");
    assertFalse(client.events.contains("connected"));
    assertNull(client.session);
    assertEquals(1, client.state.pending());
    assertTrue(client.messages.isEmpty());
  }

  @Test
  void connect_carriesEveryOption() {
    client.will = new Will(Message.of("plant/gone", "lost"), Duration.ofSeconds(30));
    client.keepAliveSeconds = 45;
    client.receiveMaximum = 7;
    client.topicAliasMaximum = 3;
    client.userName = "meter";

    MqttPacket.Connect connect = client.open();

    assertTrue(connect.cleanStart());
    assertEquals(45, connect.keepAlive());
    assertEquals("meter-0042", connect.clientId());
    assertEquals("meter", connect.userName().orElseThrow());
    assertEquals("plant/gone", connect.will().orElseThrow().topic());
    assertEquals(7, connect.properties().number(MqttProperty.RECEIVE_MAXIMUM).orElseThrow());
    assertEquals(3, connect.properties().number(MqttProperty.TOPIC_ALIAS_MAXIMUM).orElseThrow());
    assertEquals(
        3600, connect.properties().number(MqttProperty.SESSION_EXPIRY_INTERVAL).orElseThrow());
  }

  @Test
  void connAck_settlesWhatHolds() {
    client.keepAliveSeconds = 60;
    client.outboundTopicAliases = 8;

    Session session =
        client.connect(
            connAck()
                .serverKeepAlive(20)
                .sessionExpiry(5)
                .receiveMaximum(3)
                .topicAliasMaximum(4)
                .maximumPacketSize(1000));

    Negotiated negotiated = session.negotiated();
    assertEquals(20, negotiated.keepAliveSeconds());
    assertEquals(5, negotiated.sessionExpirySeconds());
    assertEquals(3, negotiated.receiveMaximum());
    assertEquals(4, negotiated.topicAliases());
    assertEquals(1000, negotiated.maximumPacketSize());
    assertEquals("meter-0042", negotiated.clientId());
  }

  @Test
  void assignedClientIdentifier_isUsedWhenTheSessionIsResumed() {
    client.clientId = "";
    assertEquals("", client.open().clientId());
    client.receive(connAck().assigned("auto-7").build());
    assertEquals("auto-7", client.session().negotiated().clientId());
    client.cut();

    assertEquals("auto-7", client.open().clientId());

    client.receive(connAck().sessionPresent().build());
    client.cut();
    assertEquals("auto-7", client.open().clientId());
  }

  @Test
  void assignedClientIdentifier_missing_isAViolation() {
    client.clientId = "";
    client.open();
    client.refuses(ProtocolViolationException.class, connAck().build());
    assertEquals(List.of("DISCONNECT 0x82"), client.sentInShort());
  }

  @Test
  void assignedClientIdentifier_unasked_isAViolation() {
    client.open();
    client.refuses(ProtocolViolationException.class, connAck().assigned("other").build());
  }

  @Test
  void scram_provenBroker_sendsStoredMessageOnlyAfterTheProof() {
    scram();
    client.receive(auth(ReasonCode.CONTINUE_AUTHENTICATION, TestClient.SCRAM, DATA));
    client.exchange().authResponse(DATA, client.now);
    assertEquals(List.of("AUTH 0x18"), client.sentInShort());
    client.receive(connAck().authentication(TestClient.SCRAM, DATA).build());
    assertEquals(List.of(), client.sentInShort());
    assertFalse(client.exchange().wantsInput());

    client.exchange().proven(client.proof(), client.now);

    assertEquals(List.of("challenge", "verify", "connected"), client.events);
    assertEquals(List.of("PUBLISH 1 stored"), client.sentInShort());
  }

  @Test
  void scram_messagesBehindConnAck_waitForTheProof() {
    scram();
    client.receive(connAck().authentication(TestClient.SCRAM, DATA).build());
    client.receive(publish(Qos.AT_MOST_ONCE, 0, "first", ""));
    client.receive(publish(Qos.AT_LEAST_ONCE, 9, "second", ""));
    assertTrue(client.messages.isEmpty());

    client.exchange().proven(client.proof(), client.now);

    assertEquals(List.of("verify", "connected", "message first", "message second"), client.events);
    assertEquals(List.of("PUBLISH 1 stored", "PUBACK 9 0x00"), client.sentInShort());
  }

  @Test
  void scram_tooMuchBehindConnAck_isRefused() {
    scram();
    client.receive(connAck().authentication(TestClient.SCRAM, DATA).build());
    Packet.Publish large = publish(Qos.AT_MOST_ONCE, 0, "flood", "x".repeat(400_000));
    client.receive(large);
    client.receive(large);
    ProtocolViolationException e = client.refuses(ProtocolViolationException.class, large);
    assertEquals(ReasonCode.QUOTA_EXCEEDED, e.reasonCode());
    assertNothingLeaked();
  }

  @Test
  void scram_proofOfAnotherConnection_buildsNoSession() {
    scram();
    client.receive(connAck().authentication(TestClient.SCRAM, DATA).build());
    ServerProof other = new ServerProof(VerifiedServers.any(), TestClient.SCRAM);
    assertThrows(ServerProofException.class, () -> client.exchange().proven(other, client.now));
    assertNothingLeaked();
  }

  @Test
  void scram_noProof_buildsNoSession() {
    scram();
    client.receive(connAck().authentication(TestClient.SCRAM, DATA).build());
    assertThrows(ServerProofException.class, () -> client.exchange().proven(null, client.now));
    assertNothingLeaked();
  }

  @Test
  void scram_workerFailed_laterResultIsWithoutEffect() {
    scram();
    client.receive(connAck().authentication(TestClient.SCRAM, DATA).build());
    client.exchange().authenticationFailed();
    client.exchange().proven(client.proof(), client.now);
    assertNothingLeaked();
  }

  static Stream<@Nullable String> methodsInConnAck() {
    return Stream.of(null, TestClient.SCRAM);
  }

  @ParameterizedTest
  @MethodSource("methodsInConnAck")
  void scram_brokerSkipsAuth_refusesBeforeAnyPublish(@Nullable String method) {
    scram();
    ServerProofException e =
        client.refuses(ServerProofException.class, connAck().authentication(method, null).build());
    assertTrue(e.getMessage().contains("CONNECT holds the Will"), e.getMessage());
    assertFalse(e.getMessage().contains("Nothing was sent"), e.getMessage());
    assertNothingLeaked();
  }

  @Test
  void scram_connAckBeforeOurAnswer_isRefused() {
    scram();
    client.receive(auth(ReasonCode.CONTINUE_AUTHENTICATION, TestClient.SCRAM, DATA));
    client.refuses(
        ServerProofException.class, connAck().authentication(TestClient.SCRAM, DATA).build());
    client.exchange().authResponse(DATA, client.now);
    assertNothingLeaked();
  }

  static Stream<Packet> violationsBeforeConnAck() {
    return Stream.of(
        auth(ReasonCode.SUCCESS, TestClient.SCRAM, DATA),
        auth(ReasonCode.RE_AUTHENTICATE, TestClient.SCRAM, DATA),
        auth(ReasonCode.CONTINUE_AUTHENTICATION, "SCRAM-SHA-512", DATA),
        auth(ReasonCode.CONTINUE_AUTHENTICATION, null, DATA),
        connAck().authentication("SCRAM-SHA-512", DATA).build(),
        connAck().sessionPresent().authentication(TestClient.SCRAM, DATA).build(),
        publish(Qos.AT_MOST_ONCE, 0, "early", ""),
        publish(Qos.AT_LEAST_ONCE, 1, "early", ""),
        ack(AckType.PUBACK, 1),
        ack(AckType.PUBREC, 1),
        ack(AckType.PUBREL, 1),
        ack(AckType.PUBCOMP, 1),
        subAck(1, ReasonCode.SUCCESS),
        new Packet.PingResp());
  }

  @ParameterizedTest
  @MethodSource("violationsBeforeConnAck")
  void scram_violationBeforeConnAck_isRefusedWith0x82(Packet packet) {
    scram();
    ProtocolViolationException e = client.refuses(ProtocolViolationException.class, packet);
    assertEquals(ReasonCode.PROTOCOL_ERROR, e.reasonCode());
    assertEquals(ReasonCode.PROTOCOL_ERROR.code(), lastDisconnect());
    assertNothingLeaked();
  }

  private int lastDisconnect() {
    return ((MqttPacket.Disconnect) client.sent().get(0)).reasonCode();
  }

  static Stream<Packet> notDuringAChallenge() {
    return Stream.of(
        auth(ReasonCode.CONTINUE_AUTHENTICATION, TestClient.SCRAM, DATA),
        publish(Qos.AT_MOST_ONCE, 0, "early", ""),
        new Packet.PingResp());
  }

  @ParameterizedTest
  @MethodSource("notDuringAChallenge")
  void scram_anythingWhileTheWorkerAnswers_isRefused(Packet packet) {
    scram();
    client.receive(auth(ReasonCode.CONTINUE_AUTHENTICATION, TestClient.SCRAM, DATA));
    client.refuses(ProtocolViolationException.class, packet);
    assertNothingLeaked();
  }

  static Stream<Packet> notBehindConnAck() {
    return Stream.of(
        connAck().authentication(TestClient.SCRAM, DATA).build(),
        auth(ReasonCode.CONTINUE_AUTHENTICATION, TestClient.SCRAM, DATA),
        auth(ReasonCode.SUCCESS, TestClient.SCRAM, DATA));
  }

  @ParameterizedTest
  @MethodSource("notBehindConnAck")
  void scram_secondConnAckOrAuthWhileVerifying_isRefused(Packet packet) {
    scram();
    client.receive(connAck().authentication(TestClient.SCRAM, DATA).build());
    client.refuses(ProtocolViolationException.class, packet);
    client.exchange().proven(client.proof(), client.now);
    assertNothingLeaked();
  }

  @Test
  void afterARefusal_whatStillComes_isWithoutEffect() {
    scram();
    client.refuses(ProtocolViolationException.class, new Packet.PingResp());
    client.receive(connAck().authentication(TestClient.SCRAM, DATA).build());
    assertNothingLeaked();
  }

  @Test
  void refusal_duringScram_namesTheMethodAndOldEmqx() {
    scram();
    BrokerRefusalException e =
        client.refuses(
            BrokerRefusalException.class, connAck().reason(ReasonCode.NOT_AUTHORIZED).build());
    assertEquals(
        "Broker refused the connection: 0x87 Not authorized, during SCRAM-SHA-256. Wrong"
            + " credential, method not enabled on the broker, or EMQX older than 5.7.0 (its SCRAM"
            + " is incompatible with RFC 5802).",
        e.getMessage());
    assertFalse(e.retryable());
    assertNothingLeaked();
  }

  @Test
  void refusal_quotesReasonStringWithoutControlCharacters() {
    client.open();
    BrokerRefusalException e =
        client.refuses(
            BrokerRefusalException.class,
            connAck().reason(ReasonCode.SERVER_BUSY).reasonString("later\u001b[31m\n").build());
    assertEquals(
        "Broker refused the connection: 0x89 Server busy; the broker says \"later?[31m?\". Try"
            + " again later.",
        e.getMessage());
    assertTrue(e.retryable());
  }

  @Test
  void refusal_carriesServerReference() {
    client.open();
    BrokerRefusalException e =
        client.refuses(
            BrokerRefusalException.class,
            connAck().reason(ReasonCode.SERVER_MOVED).serverReference("b.example:8883").build());
    assertEquals("b.example:8883", e.serverReference());
  }

  @Test
  void disconnectBeforeConnAck_isARefusal() {
    scram();
    BrokerRefusalException e =
        client.refuses(BrokerRefusalException.class, disconnect(ReasonCode.PROTOCOL_ERROR));
    assertEquals(ReasonCode.PROTOCOL_ERROR, e.reasonCode());
    assertEquals(List.of(), client.sentTypes());
  }

  @Test
  void disconnectWhileVerifying_isARefusal() {
    scram();
    client.receive(connAck().authentication(TestClient.SCRAM, DATA).build());
    client.refuses(BrokerRefusalException.class, disconnect(ReasonCode.NOT_AUTHORIZED));
    assertNothingLeaked();
  }

  @Test
  void authWithoutAMethod_isAViolation() {
    client.open();
    client.refuses(
        ProtocolViolationException.class,
        auth(ReasonCode.CONTINUE_AUTHENTICATION, TestClient.SCRAM, DATA));
  }

  @Test
  void connAckWithAMethodNobodyAskedFor_isAViolation() {
    client.open();
    client.refuses(
        ProtocolViolationException.class, connAck().authentication(TestClient.SCRAM, null).build());
  }

  @Test
  void sessionPresentAfterCleanStart_isAViolation() {
    client.open();
    client.refuses(ProtocolViolationException.class, connAck().sessionPresent().build());
    assertEquals(List.of("DISCONNECT 0x82"), client.sentInShort());
  }

  @Test
  void cleanStartFalse_theSessionHasExpiredHereAndNotYetAtTheBroker_isStartedClean() {
    client.cleanStart = false;
    client.state.hold();
    assertFalse(client.open().cleanStart(), "the session of an earlier run is wanted");
    client.receive(connAck().sessionPresent().build());
    client.cut();
    client.now += 3599 * TestClient.SECOND;
    assertFalse(client.open().cleanStart());
    client.receive(connAck().sessionPresent().build());
    client.cut();
    client.now += 3600 * TestClient.SECOND;
    assertTrue(client.open().cleanStart(), "a broker that notices losses late still holds it");
    client.receive(connAck().build());
    client.cut();
    assertFalse(client.open().cleanStart());
  }

  @Test
  void sessionPresentWithRestoredState_isResumed() {
    client.cleanStart = false;
    client.state.hold();
    client.connect(connAck().sessionPresent());
    assertTrue(client.session().negotiated().sessionPresent());
  }

  @Test
  void cleanStart_isSaidOnceAndThenTheSessionIsResumed() {
    assertTrue(client.open().cleanStart());
    client.receive(connAck().build());
    client.cut();
    assertFalse(client.open().cleanStart());
  }

  @Test
  void sessionExpired_isStartedCleanAgain() {
    client.connect();
    client.cut();
    client.now += 3600 * TestClient.SECOND;
    assertTrue(client.open().cleanStart());
    assertFalse(client.state.held());
  }

  @Test
  void sessionThatNeverExpires_isResumedYearsLater() {
    client.sessionExpirySeconds = ConnectOptions.NEVER_EXPIRES;
    client.connect();
    client.cut();
    client.now += 100_000_000 * TestClient.SECOND;
    assertFalse(client.open().cleanStart());
  }

  @Test
  void phase_tellsWhatADeadlineCut() {
    scram();
    assertEquals("waiting for CONNACK", client.exchange().phase());
    client.receive(connAck().authentication(TestClient.SCRAM, DATA).build());
    assertEquals("verifying the broker's proof", client.exchange().phase());
  }

  @Test
  void oneWayMethod_needsNoProofButItsWorkersWord() {
    client.method = new ConnectOptions.Method("TOKEN", false);
    client.open();
    client.receive(connAck().authentication("TOKEN", null).build());
    assertNull(client.session);
    client.exchange().proven(null, client.now);
    assertEquals(List.of("verify", "connected"), client.events);
  }
}
