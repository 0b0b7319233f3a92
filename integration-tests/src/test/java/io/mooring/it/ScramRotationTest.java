package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.Message;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.demo.DemoBroker;
import io.mooring.demo.DemoUser;
import io.mooring.enrol.rotation.ScramRotation;
import io.mooring.error.MooringException;
import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.testkit.ScramHash;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SCRAM passwords that change on a running device; HiveMQ CE is the broker. */
@Timeout(120)
class ScramRotationTest {
  private static final String USER = "meter-0042";
  private static final String TOPIC = "plant/7/meter-0042/telemetry";
  private static DemoBroker broker;

  @TempDir private Path folder;

  private final Secret password = Secret.of(RenewalTest.STOREPASS.toCharArray());
  private Path file;

  @BeforeAll
  static void start() throws Exception {
    broker = DemoBroker.builder().start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (broker != null) {
      broker.close();
    }
  }

  @BeforeEach
  void makeKeystore() {
    DemoUser user = user("first");
    broker.user(user);
    file = folder.resolve("device.p12");
    try (DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, password)) {
      keystore.putScram(keys(user, "first")).save();
    }
  }

  @Test
  void newPassword_isTakenInPlace_andTheOldOneIsGone() throws Exception {
    try (ScramRotation scram = rotation();
        SecureMqttClient device = device(scram)) {
      scram.start(device);
      device.connect();
      for (String next : new String[] {"second", "third"}) {
        DemoUser user = user(next);
        broker.user(user);
        get(scram.rotate(keys(user, next)));
        requireInUse(keys(user, next));
      }
      device.publishAndWait(Message.of(TOPIC, "21.5"), Duration.ofSeconds(20));
      get(device.disconnect());
      device.connect(); // with what was promoted
    }
  }

  @Test
  void keysThatTheBrokerDoesNotHold_areDropped() throws Exception {
    try (ScramRotation scram = rotation();
        SecureMqttClient device = device(scram)) {
      scram.start(device);
      device.connect();
      ScramKeys before = keysInUse();
      ExecutionException refused =
          assertThrows(
              ExecutionException.class, () -> get(scram.rotate(keys(user("second"), "second"))));
      assertInstanceOf(MooringException.class, refused.getCause());
      requireInUse(before);
      device.connect();
      device.publishAndWait(Message.of(TOPIC, "21.5"), Duration.ofSeconds(20));
    }
  }

  @Test
  void crashBetweenBrokerAndDevice_isCuredAtStart() throws Exception {
    DemoUser user = user("second");
    try (DeviceKeystoreFile keystore = DeviceKeystoreFile.edit(file, password)) {
      keystore.pendingScram().put(keys(user, "second"));
      keystore.save();
    }
    broker.user(user);
    try (ScramRotation scram = rotation();
        SecureMqttClient device = device(scram)) {
      scram.start(device);
      device.start();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
                  return !keystore.hasPendingScram();
                }
              });
      requireInUse(keys(user, "second"));
      device.awaitConnected(Duration.ofSeconds(20));
      get(device.disconnect());
      device.connect();
    }
  }

  @Test
  void otherUser_isMisuse() {
    try (ScramRotation scram = rotation()) {
      ScramKeys other =
          ScramKeyDerivation.derive(
              "SCRAM-SHA-256",
              "somebody",
              Secret.of("x".toCharArray()),
              new byte[] {1, 2, 3, 4},
              4096);
      assertThrows(IllegalArgumentException.class, () -> scram.rotate(other));
    }
  }

  private ScramRotation rotation() {
    return ScramRotation.in(file, password, keys -> Scram.sha256(ScramCredential.keys(keys)));
  }

  private static SecureMqttClient device(ScramRotation scram) {
    return Devices.at(broker.port(), broker.identity())
        .reconnect(Reconnect.DEFAULT)
        .authenticate(scram.login())
        .listener(scram)
        .build();
  }

  private ScramKeys keysInUse() {
    return Pkcs12Identity.open(file, password).scram();
  }

  private void requireInUse(ScramKeys wanted) {
    try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
      assertFalse(keystore.hasPendingScram());
      assertArrayEquals(wanted.clientKey(), keystore.scram().clientKey());
      assertArrayEquals(wanted.serverKey(), keystore.scram().serverKey());
      assertArrayEquals(wanted.salt(), keystore.scram().salt());
      assertEquals(
          1, keystore.aliases().stream().filter(a -> a.endsWith("scram-client-key")).count());
    }
  }

  static DemoUser user(String password) {
    return DemoUser.of(USER, DemoUser.Role.DEVICE, password.toCharArray(), 4096);
  }

  /** What a device stores of a password that the broker has salted. */
  static ScramKeys keys(DemoUser user, String password) {
    var stored = user.credential(ScramHash.SHA_256).orElseThrow();
    return ScramKeyDerivation.derive(
        "SCRAM-SHA-256",
        user.name(),
        Secret.of(password.toCharArray()),
        stored.salt(),
        stored.iterations());
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
