package io.mooring.internal.session;

import static io.mooring.internal.session.BrokerPackets.connAck;
import static io.mooring.internal.session.BrokerPackets.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Qos;
import io.mooring.error.ConnectionLostException;
import io.mooring.internal.wire.Packet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
  private static final long HALF_SECOND = TestClient.SECOND / 2;

  private final TestClient client = new TestClient();
  private long start;

  @BeforeEach
  void keepAliveOf10Seconds() {
    client.keepAliveSeconds = 10;
    start = client.now;
  }

  private void at(double seconds) {
    client.now = start + (long) (seconds * TestClient.SECOND);
  }

  private List<String> tick() {
    client.session().tick(client.now);
    return client.sentInShort();
  }

  @Test
  void nothingSentForThePeriod_pings() {
    client.connect();
    assertEquals(start + 10 * TestClient.SECOND, client.session().nextDeadlineNanos());
    at(9.9);
    assertEquals(List.of(), tick());
    at(10);
    assertEquals(List.of("PINGREQ"), tick());
  }

  @Test
  void anyPacketSent_putsThePingOff() {
    client.connect();
    at(6);
    client.publish("a", Qos.AT_MOST_ONCE);
    client.receive(publish(Qos.AT_MOST_ONCE, 0, "b", ""));
    client.sent();
    at(10);
    assertEquals(List.of(), tick());
    at(16);
    assertEquals(List.of("PINGREQ"), tick());
  }

  @Test
  void nothingReceivedForThePeriod_pingsThoughWeSend() {
    client.connect();
    at(9);
    client.publish("a", Qos.AT_MOST_ONCE);
    client.sent();
    at(10);
    assertEquals(List.of("PINGREQ"), tick());
  }

  @Test
  void deadPeer_isFoundOneAndAHalfPeriodsAfterItsLastByte() {
    client.connect();
    at(10);
    tick();
    at(14.9);
    assertEquals(List.of(), tick());
    at(15);
    ConnectionLostException e =
        assertThrows(ConnectionLostException.class, () -> client.session().tick(client.now));
    assertTrue(e.getMessage().contains("sent nothing for 15 s"), e.getMessage());
    assertTrue(e.getMessage().contains("keep alive of 10 s"), e.getMessage());
    assertTrue(e.retryable());
  }

  @Test
  void pingResp_startsANewPeriod() {
    client.connect();
    at(10);
    tick();
    at(11);
    client.receive(new Packet.PingResp());
    at(15);
    assertEquals(List.of(), tick());
    at(20);
    assertEquals(List.of("PINGREQ"), tick());
  }

  @Test
  void halfAPacket_isASignOfLife() {
    client.connect();
    at(10);
    tick();
    at(14);
    client.session().bytesReceived(1, client.now);
    at(15);
    assertEquals(List.of(), tick());
  }

  @Test
  void probe_pingsAtOnce_andSilenceEndsTheConnectionAfterItsPatience() {
    client.connect(connAck().serverKeepAlive(0));
    at(100);
    client.session().probe(2 * TestClient.SECOND, client.now);
    assertEquals(List.of("PINGREQ"), client.sentInShort());
    assertEquals(start + 102 * TestClient.SECOND, client.session().nextDeadlineNanos());
    at(101.9);
    assertEquals(List.of(), tick());
    at(102);
    ConnectionLostException e =
        assertThrows(ConnectionLostException.class, () -> client.session().tick(client.now));
    assertTrue(e.getMessage().contains("2 s of retryNow()"), e.getMessage());
  }

  @Test
  void probe_answered_leavesTheConnectionAlone() {
    client.connect();
    at(3);
    client.session().probe(2 * TestClient.SECOND, client.now);
    client.sentInShort();
    at(4);
    client.receive(new Packet.PingResp());
    at(12.9);
    assertEquals(List.of(), tick());
    at(13);
    assertEquals(List.of("PINGREQ"), tick());
  }

  @Test
  void probe_whileAPingIsDueSooner_putsNothingOff() {
    client.connect();
    at(10);
    tick();
    at(14);
    client.session().probe(2 * TestClient.SECOND, client.now);
    assertEquals(List.of(), client.sentInShort());
    at(15);
    assertThrows(ConnectionLostException.class, () -> client.session().tick(client.now));
  }

  @Test
  void serverKeepAlive_overrulesOurs() {
    client.connect(connAck().serverKeepAlive(4));
    at(4);
    assertEquals(List.of("PINGREQ"), tick());
  }

  @Test
  void serverKeepAliveOfZero_isOff() {
    client.connect(connAck().serverKeepAlive(0));
    assertEquals(Long.MAX_VALUE, client.session().nextDeadlineNanos());
    at(1_000_000);
    assertEquals(List.of(), tick());
  }

  @Test
  void whileWeDoNotRead_theAnswerIsLookedForAfterHalfAPeriod() {
    client.connect();
    client.session().readingPaused(true, client.now);
    at(10);
    assertEquals(List.of("PINGREQ"), tick());
    at(14.9);
    assertEquals(List.of(), tick());
    assertFalse(client.session().mustRead());
    at(15);
    assertEquals(List.of(), tick());
    assertTrue(client.session().mustRead());
    client.session().bytesReceived(2, client.now);
    assertFalse(client.session().mustRead());
    at(20);
    assertEquals(List.of("PINGREQ"), tick());
  }

  @Test
  void whileWeDoNotRead_deadPeerIsFoundAfterTwoPeriods() {
    client.connect();
    client.session().readingPaused(true, client.now);
    at(10);
    tick();
    at(15);
    tick();
    assertEquals(start + 20 * TestClient.SECOND, client.session().nextDeadlineNanos());
    at(19.9);
    assertEquals(List.of(), tick());
    at(20);
    ConnectionLostException e =
        assertThrows(ConnectionLostException.class, () -> client.session().tick(client.now));
    assertTrue(e.getMessage().contains("sent nothing for 20 s"), e.getMessage());
  }

  @Test
  void whileWeDoNotRead_moreThanTheBoundIsNotReadForASignOfLife() {
    client.connect();
    client.session().readingPaused(true, client.now);
    client.session().bytesReceived(256 * 1024, client.now);
    for (int period = 1; period <= 5; period++) {
      at(period * 10);
      assertEquals(List.of("PINGREQ"), tick());
      at(period * 10 + 5);
      assertEquals(List.of(), tick());
      assertFalse(client.session().mustRead());
    }
  }

  @Test
  void readingResumes_silenceIsJudgedFromThen() {
    client.connect();
    client.session().readingPaused(true, client.now);
    at(10);
    tick();
    at(15);
    tick();
    at(17);
    client.session().readingPaused(false, client.now);
    assertFalse(client.session().mustRead());
    at(21.9);
    tick();
    at(22);
    assertThrows(ConnectionLostException.class, () -> client.session().tick(client.now));
  }

  @Test
  void clockThatWrapsRound_isHarmless() {
    client.now = Long.MAX_VALUE - HALF_SECOND;
    client.connect();
    client.now += 10 * TestClient.SECOND;
    assertTrue(client.now < 0);
    assertEquals(List.of("PINGREQ"), tick());
  }
}
