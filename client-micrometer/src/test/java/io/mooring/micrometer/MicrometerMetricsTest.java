package io.mooring.micrometer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mooring.Message;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.tls.TlsPolicy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MicrometerMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void client_showsWhatItCounts_andTakesItsMetersAway() throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      for (int i = 0; i < 3; i++) {
                        wire.puback(wire.expectPublish().packetId());
                      }
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient client =
            SecureMqttClient.builder()
                .broker(broker.uri())
                .clientId("meter-0042")
                .tls(TlsPolicy.trusting(List.of(broker.identity().root())))
                .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())))
                .metrics(MicrometerMetrics.in(registry))
                .build()) {
      assertEquals(0, registry.get("mooring.connection.up").gauge().value());
      client.connect();
      for (int i = 0; i < 3; i++) {
        client
            .publish(Message.to("t/1").payload("x").build())
            .delivered()
            .toCompletableFuture()
            .get();
      }
      await().until(() -> messages("delivered") == 3);
      assertEquals(3, messages("accepted"));
      assertEquals(0, messages("failed"));
      assertEquals(1, registry.get("mooring.connection.up").gauge().value());
      await().until(() -> attempts("connected") == 1);
      assertEquals(0, attempts("failed"));
      Timer tls =
          registry
              .get("mooring.connection.phase")
              .tags("client", "meter-0042", "phase", "tls")
              .timer();
      assertEquals(1, tls.count());
      assertTrue(tls.totalTime(TimeUnit.NANOSECONDS) > 0);
    }
    await().until(() -> registry.getMeters().isEmpty());
  }

  private double messages(String result) {
    return registry
        .get("mooring.outbound.messages")
        .tags("client", "meter-0042", "result", result)
        .functionCounter()
        .count();
  }

  private double attempts(String result) {
    FunctionCounter counter =
        registry
            .get("mooring.connection.attempts")
            .tags("client", "meter-0042", "result", result)
            .functionCounter();
    return counter.count();
  }
}
