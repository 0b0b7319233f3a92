package io.mooring.it;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.SecureMqttClient;
import io.mooring.audit.ListeningSocket.Network;
import io.mooring.audit.ListeningSocketAudit.Result;
import io.mooring.audit.OutboundOnly;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.ListeningSocketException;
import io.mooring.identity.Secret;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that audits its process. The scripted broker listens in this very process. */
@Timeout(60)
@EnabledOnOs(value = OS.LINUX, disabledReason = "sockets are read from /proc")
class OutboundOnlyTest {
  private final BlockingQueue<Result> results = new LinkedBlockingQueue<>();

  private static ClientBuilder device(ScriptedBroker broker) {
    return Devices.at(broker.port(), broker.identity())
        .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())));
  }

  private static ScriptedBroker broker() throws IOException {
    return ScriptedBroker.builder().onEveryConnection(Script.accepting()).start();
  }

  @Test
  void connect_processListens_isToldWithAddressAndPort_andConnectsUnlessTold() throws Exception {
    try (ScriptedBroker broker = broker();
        SecureMqttClient client =
            device(broker).outboundOnly(OutboundOnly.atConnect().listener(results::add)).build()) {
      client.connect();
      assertNames(broker.port(), next());
      client.disconnect().toCompletableFuture().get(10, SECONDS);
      client.connect();
      assertNames(broker.port(), next());
    }
  }

  @Test
  void connect_processListens_isRefusedIfWanted_beforeAnythingIsSent() throws Exception {
    try (ScriptedBroker broker = broker();
        SecureMqttClient client =
            device(broker)
                .outboundOnly(OutboundOnly.atConnect().refuseToConnect().listener(results::add))
                .build()) {
      ListeningSocketException refusal =
          assertThrows(ListeningSocketException.class, client::connect);
      assertFalse(refusal.retryable());
      assertTrue(refusal.getMessage().contains("127.0.0.1:" + broker.port()));
      assertTrue(
          refusal.sockets().stream()
              .anyMatch(socket -> ((Network) socket).port() == broker.port()));
      assertNames(broker.port(), next());
      assertEquals(0, broker.accepted());
    }
  }

  @Test
  void period_auditsAlsoWithoutAConnection_andEndsWithTheClient() throws Exception {
    try (ScriptedBroker broker = broker()) {
      SecureMqttClient client =
          device(broker)
              .outboundOnly(
                  OutboundOnly.atConnect()
                      .every(Duration.ofSeconds(1))
                      .listener(
                          result -> {
                            results.add(result);
                            throw new IllegalStateException("a listener's fault ends nothing");
                          }))
              .build();
      try (client) {
        assertNames(broker.port(), next());
        assertNames(broker.port(), next());
      }
      results.clear();
      if (results.poll(1500, MILLISECONDS) != null) { // one may have been under way
        assertNull(results.poll(1500, MILLISECONDS));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0.999S", "P8D", "-PT1S", "PT0S"})
  void period_outOfRange_isRefused(String period) {
    assertThrows(
        IllegalArgumentException.class,
        () -> OutboundOnly.atConnect().every(Duration.parse(period)));
  }

  private Result next() throws InterruptedException {
    Result result = results.poll(20, SECONDS);
    assertNotNull(result, "no audit within 20 s");
    return result;
  }

  private static void assertNames(int port, Result result) {
    Result.Found found = assertInstanceOf(Result.Found.class, result);
    assertTrue(found.describe().contains("TCP 127.0.0.1:" + port + " (inode "), found::describe);
  }
}
