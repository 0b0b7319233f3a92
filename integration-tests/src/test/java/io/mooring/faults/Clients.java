package io.mooring.faults;

import io.mooring.ClientBuilder;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The two ends of every fault: a broker that keeps all, and clients that do not give up. */
final class Clients {
  private Clients() {}

  /** True for {@code ./faults --long}. */
  static boolean isLong() {
    return "long".equals(System.getProperty("mooring.faults"));
  }

  /**
   * Mosquitto with no bound of its own on what waits for a subscriber. By its default it answers
   * each CONNECT 40 ms late (Nagle), which thousands of connections would wait for.
   */
  static MosquittoProcess broker() throws IOException, InterruptedException {
    return MosquittoProcess.builder()
        .option("max_queued_messages 0")
        .option("max_inflight_messages 200")
        .option("set_tcp_nodelay true")
        .start();
  }

  /** A client that comes back at once, and keeps its session. */
  static ClientBuilder at(int port, TestIdentity broker, String clientId) {
    return SecureMqttClient.builder()
        .broker("mqtts://localhost:" + port)
        .clientId(clientId)
        .cleanStart(false) // Mosquitto keeps a session over its restart only then
        .tls(
            TlsPolicy.trusting(List.of(broker.root()))
                .pinned(
                    PinSet.of(
                        SpkiPin.parse(broker.spkiPin()),
                        SpkiPin.parse("sha256/" + "A".repeat(43) + "="))))
        .connectTimeout(Duration.ofSeconds(20))
        .reconnect(Reconnect.DEFAULT.withBackOff(Duration.ofMillis(10), Duration.ofMillis(200)))
        .dangerous()
        .anonymous();
  }
}
