package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionInfo;
import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.SecureMqttClient;
import io.mooring.error.PublishNotAllowedException;
import io.mooring.error.PublishRefusedException;
import io.mooring.keystore.PemIdentity;
import io.mooring.policy.TopicPolicy;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The broker's half of docs/TOPIC-POLICY.md, with that page's own ACL: what a device that does not
 * keep to its policy, as a stolen one, can and cannot do.
 */
@Timeout(60)
class MosquittoAclTest {
  private static final Path PAGE = Path.of("..", "docs", "TOPIC-POLICY.md");
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir private static Path keys;
  private static TestIdentity authority;
  private static MosquittoProcess broker;

  private SecureMqttClient meterA;
  private SecureMqttClient meterB;
  private SecureMqttClient operator;

  @BeforeAll
  static void startBroker() throws Exception {
    String conf = block("mosquitto conf");
    assertTrue(conf.contains("\nuse_identity_as_username true\n"), conf);
    assertTrue(conf.contains("\nallow_anonymous false\n"), conf);
    authority = TestCertificates.ca("Devices").create();
    broker =
        MosquittoProcess.builder()
            .requireClientCertificate(authority.root())
            .certificateIsUser()
            .acl(block("mosquitto acl"))
            .listenerOption(line(conf, "use_username_as_clientid"))
            .start();
  }

  @AfterAll
  static void stopBroker() throws Exception {
    if (broker != null) {
      broker.close();
    }
  }

  @BeforeEach
  void connect() throws Exception {
    meterA = client("meter-a").dangerous().wideSubscriptions().build();
    meterB = client("meter-b").build();
    operator = client("operator").build();
    meterA.connect();
    meterB.connect();
    operator.connect();
  }

  @AfterEach
  void close() {
    meterA.close();
    meterB.close();
    operator.close();
  }

  @Test
  void eachDevice_worksWithinItsOwnBranch() throws Exception {
    Inbox telemetry = subscribe(operator, "plant/7/+/telemetry/#");
    Inbox commands = subscribe(meterA, "plant/7/meter-a/command/+");
    Inbox notices = subscribe(meterB, "plant/7/all/notice");
    accepted(publish(meterA, "plant/7/meter-a/telemetry/temp"));
    accepted(publish(operator, "plant/7/meter-a/command/on"));
    accepted(publish(operator, "plant/7/all/notice"));
    assertEquals("plant/7/meter-a/telemetry/temp", telemetry.next().topic());
    assertEquals("plant/7/meter-a/command/on", commands.next().topic());
    assertEquals("plant/7/all/notice", notices.next().topic());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plant/7/meter-b/telemetry/temp",
        "plant/7/meter-b/command/on",
        "plant/7/meter-a/command/on",
        "plant/7/all/notice",
        "plant/8/meter-a/telemetry/temp",
        "$SYS/broker/uptime",
        "elsewhere"
      })
  void device_cannotWriteAnywhereElse_andIsToldSo(String topic) {
    Inbox heard = subscribe(operator, "plant/7/+/telemetry/#");
    for (Qos qos : new Qos[] {Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE}) {
      PublishRefusedException refusal =
          assertThrows(PublishRefusedException.class, () -> publish(meterA, topic, qos));
      assertEquals(ReasonCode.NOT_AUTHORIZED, refusal.reasonCode());
    }
    assertEquals(0, heard.size());
  }

  /** Mosquitto grants each SUBSCRIBE; what counts is that nothing comes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "#",
        "plant/7/meter-b/#",
        "plant/7/+/telemetry/#",
        "plant/7/+/command/+",
        "$share/g/plant/7/#"
      })
  void device_hearsNothingOfOthers_whateverItSubscribes(String filter) throws Exception {
    Inbox heard = subscribe(meterA, filter);
    Inbox own = subscribe(meterA, "plant/7/meter-a/command/last");
    accepted(publish(meterB, "plant/7/meter-b/telemetry/temp"));
    accepted(publish(operator, "plant/7/meter-b/command/on"));
    accepted(publish(operator, "plant/7/meter-a/command/last"));
    own.next(); // sent to the same client after all that it must not hear
    while (heard.size() > 0) {
      assertEquals("plant/7/meter-a/command/last", heard.next().topic());
    }
  }

  @Test
  void device_withTheClientIdentifierOfAnother_getsItsOwn_andCutsNobodyOff() throws Exception {
    AtomicInteger losses = new AtomicInteger();
    try (SecureMqttClient victim =
            client("meter-c")
                .listener(
                    state -> {
                      if (state instanceof ConnectionState.Disconnected) {
                        losses.incrementAndGet();
                      }
                    })
                .build();
        SecureMqttClient thief = client("meter-d").clientId("meter-c").build()) {
      victim.connect();
      ConnectionInfo info = thief.connect();
      accepted(publish(thief, "plant/7/meter-d/telemetry/x"));
      assertThrows(
          PublishRefusedException.class, () -> publish(thief, "plant/7/meter-c/telemetry/x"));
      accepted(publish(victim, "plant/7/meter-c/telemetry/x"));
      assertEquals(0, losses.get(), () -> "the broker called the thief " + info.clientId());
    }
  }

  /** Both halves at once: the device's own says no first, and the broker never hears of it. */
  @Test
  void devicesHalf_isWhatThePageSays_andAgreesWithTheBrokers() throws Exception {
    String page = Files.readString(PAGE);
    assertTrue(page.contains("TopicPolicy.device(\"plant/7/{userName}\")"));
    TopicPolicy policy =
        TopicPolicy.device("plant/7/{clientId}") // certificates: the broker derives the user name
            .publish("telemetry/#")
            .subscribe("command/+")
            .subscribeAbsolute("plant/7/all/notice")
            .refuseRetained("command/+");
    try (SecureMqttClient careful = client("meter-e").topics(policy).build()) {
      careful.connect();
      accepted(publish(careful, "plant/7/meter-e/telemetry/temp"));
      subscribe(careful, "plant/7/meter-e/command/+");
      subscribe(careful, "plant/7/all/notice");
      assertThrows(
          PublishNotAllowedException.class, () -> publish(careful, "plant/7/meter-b/telemetry/x"));
    }
    assertFalse(broker.log().contains("Denied PUBLISH from meter-e"), "the broker heard of it");
  }

  private static ClientBuilder client(String name) throws IOException {
    TestIdentity certificate = authority.client(name);
    Path folder = Files.createTempDirectory(keys, name);
    return Devices.at(broker.port(), broker.identity())
        .clientId(name)
        .identity(
            PemIdentity.open(
                certificate.writeChain(folder.resolve("cert.pem")),
                certificate.writeKey(folder.resolve("key.pem"))));
  }

  private static Inbox subscribe(SecureMqttClient client, String filter) {
    Inbox inbox = new Inbox();
    client.subscribe(filter, inbox).toCompletableFuture().orTimeout(10, SECONDS).join();
    return inbox;
  }

  private static PublishReceipt publish(SecureMqttClient client, String topic) {
    return publish(client, topic, Qos.AT_LEAST_ONCE);
  }

  private static PublishReceipt publish(SecureMqttClient client, String topic, Qos qos) {
    return client.publishAndWait(Message.to(topic).payload("x").qos(qos).build(), SOON);
  }

  private static void accepted(PublishReceipt receipt) {
    assertFalse(receipt.reason().isError(), receipt::toString);
  }

  /** The fenced block after the comment that names it. */
  private static String block(String name) throws IOException {
    String page = Files.readString(PAGE);
    int mark = page.indexOf("<!-- " + name + " -->\n```\n");
    assertTrue(mark >= 0, () -> "no block named '" + name + "' in " + PAGE);
    int begin = page.indexOf("```\n", mark) + 4;
    return page.substring(begin, page.indexOf("```", begin));
  }

  private static String line(String block, String option) {
    List<String> lines = block.lines().filter(line -> line.startsWith(option + " ")).toList();
    assertEquals(1, lines.size(), () -> option + " in " + block);
    return lines.get(0);
  }
}
