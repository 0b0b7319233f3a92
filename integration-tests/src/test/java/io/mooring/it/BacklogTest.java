package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import io.mooring.internal.net.EventLoop;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.ScriptedBroker;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker that reads nothing for a while, and then all of it between two looks of the client. */
@Timeout(60)
class BacklogTest {
  private static final int SIZE = 64 * 1024;

  /** More than the system keeps for both sides of a connection that nobody reads. */
  private static final int MESSAGES = 256;

  private static final int STABLE_TURNS = 100;

  @Test
  void backlog_goesBeforeAnybodyWatchesForIt_whatWaitsBehindItLeaves() throws Exception {
    CountDownLatch queued = new CountDownLatch(1);
    CountDownLatch drained = new CountDownLatch(1);
    EventLoop loop = EventLoop.acquire();
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.awaitCue("read");
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient client =
            Devices.at(broker.port(), broker.identity())
                .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())))
                .queue(2 * MESSAGES, 2L * MESSAGES * SIZE)
                .build()) {
      client.connect();
      for (int i = 0; i < MESSAGES; i++) {
        publish(client);
      }
      int left = awaitStall(loop, client);
      assertTrue(left > 0, "the system took all " + MESSAGES + " messages; nothing is backlogged");

      // Both tasks wait in one turn, so that no selector comes between them.
      loop.execute(() -> hold(queued));
      loop.execute(() -> hold(drained));
      publish(client);
      queued.countDown();
      broker.cue("read");
      long inTheSystem = (long) (MESSAGES - left - 8) * SIZE;
      await()
          .atMost(20, SECONDS)
          .until(() -> broker.connections().get(0).bytesReceived() >= inTheSystem);
      drained.countDown();

      broker.awaitReceived(MqttType.PUBLISH, MESSAGES + 1);
    } finally {
      queued.countDown();
      drained.countDown();
      loop.release();
    }
  }

  private static void publish(SecureMqttClient client) {
    client.publish(Message.to("a").payload(new byte[SIZE]).qos(Qos.AT_MOST_ONCE).build());
  }

  /** Turns of the loop until none moves a message any more; how many are left then. */
  private static int awaitStall(EventLoop loop, SecureMqttClient client) throws Exception {
    int left = -1;
    for (int stable = 0; stable < STABLE_TURNS; stable++) {
      CountDownLatch turn = new CountDownLatch(1);
      loop.execute(turn::countDown);
      assertTrue(turn.await(10, SECONDS));
      int pending = client.pending();
      stable = pending == left ? stable : 0;
      left = pending;
    }
    return left;
  }

  private static void hold(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
