package io.mooring.internal.session;

import static io.mooring.internal.session.BrokerPackets.ack;
import static io.mooring.internal.session.BrokerPackets.auth;
import static io.mooring.internal.session.BrokerPackets.connAck;
import static io.mooring.internal.session.BrokerPackets.disconnect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.error.BrokerRefusalException;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.ProtocolViolationException;
import io.mooring.error.ServerProofException;
import io.mooring.internal.tls.VerifiedServers;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.Packet.AckType;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReauthenticationTest {
  private static final byte[] DATA = {'x'};

  private final TestClient client = new TestClient();

  @BeforeEach
  void liveScramSession() {
    client.method = new ConnectOptions.Method(TestClient.SCRAM, true);
    client.open();
    client.receive(connAck().authentication(TestClient.SCRAM, DATA).build());
    client.exchange().proven(client.proof(), client.now);
    client.events.clear();
  }

  private static Packet challenge() {
    return auth(ReasonCode.CONTINUE_AUTHENTICATION, TestClient.SCRAM, DATA);
  }

  private static Packet success() {
    return auth(ReasonCode.SUCCESS, TestClient.SCRAM, DATA);
  }

  private void start() {
    client.session().reauthenticate(DATA, client.now);
  }

  @Test
  void reauthentication_goesThroughWhileMessagesFlow() {
    start();
    client.publish("a", Qos.AT_LEAST_ONCE);
    client.receive(challenge());
    client.receive(ack(AckType.PUBACK, 1));
    client.session().authResponse(DATA, client.now);
    client.receive(success());
    client.publish("b", Qos.AT_MOST_ONCE);
    client.session().proven(client.proof(), client.now);

    assertEquals(
        List.of("AUTH 0x19", "PUBLISH 1 a", "AUTH 0x18", "PUBLISH 0 b"), client.sentInShort());
    assertEquals(
        List.of(
            "challenge",
            "delivered a 0x00 Success",
            "verify",
            "delivered b 0x00 Success",
            "reauthenticated"),
        client.events);
  }

  @Test
  void reauthentication_canRunAgain() {
    start();
    client.receive(success());
    client.session().proven(client.proof(), client.now);
    start();
    assertEquals(List.of("AUTH 0x19", "AUTH 0x19"), client.sentInShort());
  }

  @Test
  void secondStartWhileOneRuns_isMisuse() {
    start();
    assertThrows(IllegalStateException.class, this::start);
  }

  @Test
  void withoutAMethod_isMisuse() {
    TestClient plain = new TestClient();
    Session session = plain.connect();
    assertThrows(IllegalStateException.class, () -> session.reauthenticate(DATA, plain.now));
  }

  @Test
  void unsolicitedAuth_endsWith0x82() {
    ProtocolViolationException e = client.refuses(ProtocolViolationException.class, challenge());
    assertEquals(
        "AUTH 0x18 Continue authentication received after authentication had finished; the standard"
            + " allows PUBLISH, acknowledgements, PINGRESP, DISCONNECT here (MQTT 5, 4.12)."
            + " Connection closed with 0x82 Protocol Error.",
        e.getMessage());
    assertEquals(List.of("DISCONNECT 0x82"), client.sentInShort());
  }

  @Test
  void otherMethod_endsWith0x82() {
    start();
    client.refuses(
        ProtocolViolationException.class,
        auth(ReasonCode.CONTINUE_AUTHENTICATION, "SCRAM-SHA-512", DATA));
  }

  @Test
  void secondChallengeBeforeOurAnswer_endsWith0x82() {
    start();
    client.receive(challenge());
    client.refuses(ProtocolViolationException.class, challenge());
  }

  @Test
  void successWhileWeCompute_endsWith0x82() {
    start();
    client.receive(challenge());
    client.refuses(ProtocolViolationException.class, success());
  }

  @Test
  void brokerThatAsksToReauthenticate_endsWith0x82() {
    start();
    client.refuses(
        ProtocolViolationException.class, auth(ReasonCode.RE_AUTHENTICATE, TestClient.SCRAM, DATA));
  }

  @Test
  void noProof_endsTheConnection() {
    start();
    client.receive(success());
    client.sent();
    assertThrows(ServerProofException.class, () -> client.session().proven(null, client.now));
    assertEquals(List.of("DISCONNECT 0x80"), client.sentInShort());
  }

  @Test
  void proofOfAnotherConnection_endsTheConnection() {
    start();
    client.receive(success());
    ServerProof other = new ServerProof(VerifiedServers.any(), TestClient.SCRAM);
    assertThrows(ServerProofException.class, () -> client.session().proven(other, client.now));
  }

  @Test
  void workerFailed_endsTheConnection() {
    start();
    client.receive(success());
    client.sent();
    client.session().authenticationFailed();
    client.publish("a", Qos.AT_LEAST_ONCE);
    assertEquals(List.of("DISCONNECT 0x80"), client.sentInShort());
  }

  @Test
  void disconnect0x87_isARefusalThatNamesTheReauthentication() {
    start();
    BrokerRefusalException e =
        client.refuses(BrokerRefusalException.class, disconnect(ReasonCode.NOT_AUTHORIZED));
    assertTrue(e.getMessage().startsWith("Broker refused the re-authentication"), e.getMessage());
    assertTrue(e.getMessage().contains("during SCRAM-SHA-256"), e.getMessage());
  }

  @Test
  void disconnectForAnotherReason_isAConnectionLoss() {
    start();
    client.refuses(ConnectionLostException.class, disconnect(ReasonCode.SERVER_SHUTTING_DOWN));
  }

  @Test
  void connAck0x87_asMosquittoSendsIt_isARefusal() {
    start();
    client.sent();
    client.refuses(
        BrokerRefusalException.class, connAck().reason(ReasonCode.NOT_AUTHORIZED).build());
    assertEquals(List.of(), client.sentInShort());
  }

  @Test
  void connAck0x87_withoutAReauthentication_isAViolation() {
    client.refuses(
        ProtocolViolationException.class, connAck().reason(ReasonCode.NOT_AUTHORIZED).build());
  }
}
