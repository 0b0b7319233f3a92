package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.ReasonCode;
import io.mooring.SecureMqttClient;
import io.mooring.demo.DemoBroker;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.PublishRefusedException;
import io.mooring.error.SubscribeRefusedException;
import io.mooring.identity.Secret;
import io.mooring.keystore.PemIdentity;
import io.mooring.scram.DerivedScramKeys;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HiveMQ CE in this JVM, with SCRAM and topic permissions by its extension. */
class HiveMqTest extends RealBrokerContract {
  private static final String PASSWORD = Canaries.PASSWORD;
  private static DemoBroker broker;

  @BeforeAll
  static void start() throws Exception {
    DemoBroker.Builder description = DemoBroker.builder().operator("operator", PASSWORD);
    for (int i = 1; i <= 23; i++) {
      description.device("meter-" + i, PASSWORD);
    }
    broker = description.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (broker != null) {
      broker.close();
    }
  }

  @Override
  ClientBuilder device(String clientId, int port) {
    return Devices.at(port, broker.identity())
        .clientId(clientId)
        .authenticate(Scram.sha256(password(clientId, PASSWORD)));
  }

  @Override
  ClientBuilder peer(String clientId) {
    return Devices.at(port(), broker.identity())
        .clientId(clientId)
        .authenticate(Scram.sha512(password("operator", PASSWORD)));
  }

  @Override
  ClientBuilder stranger(String clientId) {
    return Devices.at(port(), broker.identity())
        .clientId(clientId)
        .authenticate(Scram.sha256(password(clientId, "a wrong password")));
  }

  @Override
  int port() {
    return broker.port();
  }

  @Override
  String topic(String clientId) {
    return unique("plant/7/" + clientId);
  }

  @Test
  void storedKeys_learntByOneProvenLogin_areEnough() {
    AtomicReference<DerivedScramKeys> stored = new AtomicReference<>();
    try (Secret secret = Secret.of(PASSWORD.toCharArray());
        SecureMqttClient factory =
            Devices.at(port(), broker.identity())
                .clientId("meter-20")
                .authenticate(
                    Scram.sha256(ScramCredential.password("meter-20", secret))
                        .provisioning(
                            keys ->
                                stored.set(
                                    ScramKeyDerivation.derive(
                                        "SCRAM-SHA-256",
                                        "meter-20",
                                        secret,
                                        keys.salt(),
                                        keys.iterations()))))
                .build()) {
      factory.connect();
    }
    try (DerivedScramKeys keys = stored.get();
        SecureMqttClient device =
            Devices.at(port(), broker.identity())
                .clientId("meter-20")
                .authenticate(Scram.keys(keys))
                .build()) {
      assertEquals("SCRAM-SHA-256", device.connect().serverProof());
    }
  }

  @Test
  void reauthentication_liveConnection_provesTheBrokerAnew() throws Exception {
    try (SecureMqttClient device = device("meter-22", port()).build()) {
      device.connect();
      get(device.reauthenticate());
      device.publishAndWait(Message.of(topic("meter-22"), "still here"), Duration.ofSeconds(10));
    }
  }

  @Test
  void foreignTopics_areRefusedByTheBrokerAndReportedAsSuch() throws Exception {
    try (SecureMqttClient device =
        device("meter-23", port()).dangerous().wideSubscriptions().build()) {
      device.connect();
      for (String filter : new String[] {"#", "plant/#", "plant/7/meter-1/#"}) {
        ExecutionException refusal =
            assertThrows(
                ExecutionException.class, () -> get(device.subscribe(filter, message -> {})));
        assertEquals(
            ReasonCode.NOT_AUTHORIZED,
            assertInstanceOf(SubscribeRefusedException.class, refusal.getCause()).reasonCode());
      }
      device.publishAndWait(Message.of(topic("meter-23"), "own"), Duration.ofSeconds(10));
      assertThrows(
          PublishRefusedException.class,
          () ->
              device.publishAndWait(
                  Message.of("plant/7/meter-1/telemetry", "forged"), Duration.ofSeconds(10)));
    }
  }

  @Test
  void clientCertificateAndScram_together(@TempDir Path folder) throws Exception {
    TestIdentity ca = TestCertificates.ca("Device CA").create();
    TestIdentity leaf = ca.client("meter-24");
    try (DemoBroker strict =
            DemoBroker.builder()
                .device("meter-24", PASSWORD)
                .requireClientCertificate(ca.root())
                .start();
        PemIdentity identity =
            PemIdentity.open(
                leaf.writeChain(folder.resolve("cert.pem")),
                leaf.writeKey(folder.resolve("key.pem")));
        SecureMqttClient device =
            Devices.at(strict.port(), strict.identity())
                .clientId("meter-24")
                .identity(identity)
                .authenticate(Scram.sha256(password("meter-24", PASSWORD)))
                .build()) {
      assertEquals("SCRAM-SHA-256", device.connect().serverProof());
    }
  }

  @Test
  void sessionTakenOver_firstClientIsTold() throws Exception {
    CompletableFuture<ConnectionState.Disconnected> told = new CompletableFuture<>();
    try (SecureMqttClient first =
            device("meter-10", port())
                .listener(
                    state -> {
                      if (state instanceof ConnectionState.Disconnected end) {
                        told.complete(end);
                      }
                    })
                .build();
        SecureMqttClient second = device("meter-10", port()).build()) {
      first.connect();
      second.connect();

      var cause = assertInstanceOf(ConnectionLostException.class, told.get(10, SECONDS).cause());

      assertEquals(ReasonCode.SESSION_TAKEN_OVER, cause.reasonCode());
      assertFalse(cause.retryable());
    }
  }

  private static ScramCredential password(String user, String text) {
    return ScramCredential.password(user, Secret.of(text.toCharArray()));
  }
}
