package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ConnectionInfo;
import io.mooring.Message;
import io.mooring.SecureMqttClient;
import io.mooring.error.TimeoutException;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A token that hangs in a call holds up the client whose key it has, and no other. */
@Timeout(60)
class HangingKeyTest {
  @Test
  void oneKeyHangs_othersConnect_andItsOwnAttemptEnds() throws Exception {
    TestIdentity authority = TestCertificates.ca("Test CA").create();
    TestIdentity server = authority.server("localhost");
    CountDownLatch signing = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    SlowKey hanging =
        new SlowKey(
            authority.client("meter-0042"),
            () -> {
              signing.countDown();
              await(released);
            });
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .identity(server)
                .requireClientCertificate(authority.root())
                .onEveryConnection(Script.accepting())
                .start();
        SecureMqttClient stuck =
            Devices.at(broker.port(), server)
                .identity(hanging)
                .connectTimeout(Duration.ofSeconds(8))
                .build();
        SecureMqttClient other =
            Devices.at(broker.port(), server)
                .clientId("meter-0043")
                .identity(new SlowKey(authority.client("meter-0043"), () -> {}))
                .build()) {
      CompletableFuture<ConnectionInfo> attempt = stuck.connectAsync().toCompletableFuture();
      assertTrue(signing.await(20, SECONDS));
      other.connect();
      assertEquals(1, released.getCount(), "the key still hangs");

      ExecutionException told =
          assertThrows(ExecutionException.class, () -> attempt.get(20, SECONDS));
      assertInstanceOf(TimeoutException.class, told.getCause());
      other.publishAndWait(Message.of("plant/7", "21.5"), Duration.ofSeconds(20));
    } finally {
      released.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
