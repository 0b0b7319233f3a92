package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.enrol.rotation.PinSetEvent;
import io.mooring.enrol.rotation.PinSetRotation;
import io.mooring.error.PinMismatchException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.PemIdentity;
import io.mooring.keystore.PinSetDocument;
import io.mooring.keystore.PinSetException;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pins that change on a running device, by signed sets that came over its own connection. */
@Timeout(120)
class PinSetRotationTest {
  private static final String TOPIC = "fleet/pins";

  @TempDir private Path folder;

  private final Secret password = Secret.of(RenewalTest.STOREPASS.toCharArray());
  private final BlockingQueue<PinSetEvent> events = new LinkedBlockingQueue<>();
  private final TestIdentity ca = TestCertificates.ca("Broker CA").create();
  private final TestIdentity present = ca.server("localhost");
  private final TestIdentity coming = ca.server("localhost");
  private Path file;
  private DeviceIdentity signer;

  @BeforeEach
  void makeKeystore() throws Exception {
    TestIdentity key = TestCertificates.selfSigned("Pin signer").create();
    signer =
        PemIdentity.open(
            key.writeChain(folder.resolve("signer.pem")),
            key.writeKey(folder.resolve("signer.key")));
    file = folder.resolve("device.p12");
    try (DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, password)) {
      keystore.pins(List.of(pin(present), Devices.BACKUP));
      keystore.stagedPins().trustSigners(List.of(SpkiPin.of(key.certificate())));
      keystore.save();
    }
  }

  @Test
  void brokerThatChangesItsKey_isFollowed_withoutAnybody() throws Exception {
    try (MosquittoProcess broker = MosquittoProcess.builder().identity(present).start();
        PinSetRotation pins = rotation();
        SecureMqttClient device = device(broker, pins)) {
      pins.start(device);
      device.subscribe(TOPIC, message -> pins.offer(message.payload()));
      device.start();
      device.awaitConnected(Duration.ofSeconds(30));
      byte[] document = document(1, coming);
      device.publishAndWait(Message.to(TOPIC).payload(document).build(), Duration.ofSeconds(20));
      assertInstanceOf(PinSetEvent.Staged.class, next());
      assertEquals(List.of(pin(present), Devices.BACKUP), inForce());
      get(pins.offer(document)); // again: nothing new, and all of it is done
      broker.restart(coming);
      PinSetEvent.Promoted promoted = assertInstanceOf(PinSetEvent.Promoted.class, next());
      assertEquals(pin(coming), promoted.matched());
      assertEquals(List.of(pin(coming), Devices.BACKUP), inForce());
      broker.restart(present); // the old key has had its day
      ExecutionException old =
          assertThrows(ExecutionException.class, () -> get(device.connectAsync()));
      assertInstanceOf(PinMismatchException.class, old.getCause());
    }
  }

  @Test
  void setThatTheLiveBrokerSatisfies_isInForceAtOnce_andCanBeGoneBackFrom() throws Exception {
    try (MosquittoProcess broker = MosquittoProcess.builder().identity(present).start();
        PinSetRotation pins = rotation();
        SecureMqttClient device = device(broker, pins)) {
      pins.start(device);
      device.connect();
      get(pins.offer(document(1, coming, present)));
      assertEquals(List.of(pin(coming), pin(present), Devices.BACKUP), inForce());
      get(pins.offer(document(1, coming, present)));
      get(pins.rollBack());
      assertEquals(List.of(pin(present), Devices.BACKUP), inForce());
      assertEquals(PinSetException.Reason.ROLLED_BACK, refusal(pins, document(1, coming, present)));
      device.publishAndWait(Message.of(TOPIC, "still here"), Duration.ofSeconds(20));
    }
  }

  @Test
  void setOfAStranger_ofAnotherHost_orOld_changesNothing() throws Exception {
    TestIdentity key = TestCertificates.selfSigned("Stranger").create();
    DeviceIdentity stranger =
        PemIdentity.open(
            key.writeChain(folder.resolve("s.pem")), key.writeKey(folder.resolve("s.key")));
    List<SpkiPin> wanted = List.of(pin(coming), Devices.BACKUP);
    Instant now = Instant.now();
    try (PinSetRotation pins = rotation()) {
      assertEquals(
          PinSetException.Reason.UNKNOWN_SIGNER,
          refusal(
              pins,
              PinSetDocument.sign("localhost", wanted, 1, now, now.plusSeconds(60), stranger)
                  .encoded()));
      assertEquals(
          PinSetException.Reason.OTHER_HOST,
          refusal(
              pins,
              PinSetDocument.sign("other.example", wanted, 1, now, now.plusSeconds(60), signer)
                  .encoded()));
      assertEquals(
          PinSetException.Reason.EXPIRED,
          refusal(
              pins,
              PinSetDocument.sign(
                      "localhost", wanted, 1, now.minusSeconds(60), now.minusSeconds(5), signer)
                  .encoded()));
      assertEquals(PinSetException.Reason.MALFORMED, refusal(pins, new byte[] {1, 2, 3}));
      assertEquals(List.of(pin(present), Devices.BACKUP), inForce());
      assertEquals(4, events.size());
      assertTrue(events.stream().allMatch(PinSetEvent.Failed.class::isInstance));
    }
  }

  @Test
  void stagedBeforeACrash_isBelievedAfterIt() throws Exception {
    try (DeviceKeystoreFile keystore = DeviceKeystoreFile.edit(file, password)) {
      keystore
          .stagedPins()
          .accept(PinSetDocument.parse(document(1, coming)), "localhost", Instant.now());
      keystore.save();
    }
    try (MosquittoProcess broker = MosquittoProcess.builder().identity(coming).start();
        PinSetRotation pins = rotation();
        SecureMqttClient device = device(broker, pins)) {
      pins.start(device);
      device.connect();
      assertInstanceOf(PinSetEvent.Promoted.class, next());
      assertEquals(List.of(pin(coming), Devices.BACKUP), inForce());
    }
  }

  private PinSetRotation rotation() {
    return PinSetRotation.in(
        file,
        password,
        TlsPolicy.trusting(List.of(ca.root())),
        "localhost",
        Clock.systemUTC(),
        events::add);
  }

  private SecureMqttClient device(MosquittoProcess broker, PinSetRotation pins) {
    return Devices.at(broker.port(), present)
        .reconnect(Reconnect.DEFAULT)
        .tls(pins.policy())
        .listener(pins)
        .dangerous()
        .anonymous()
        .build();
  }

  private byte[] document(long counter, TestIdentity... keys) {
    List<SpkiPin> pins =
        Stream.concat(Arrays.stream(keys).map(PinSetRotationTest::pin), Stream.of(Devices.BACKUP))
            .toList();
    Instant now = Instant.now();
    return PinSetDocument.sign(
            "localhost", pins, counter, now.minusSeconds(60), now.plusSeconds(3600), signer)
        .encoded();
  }

  private static PinSetException.Reason refusal(PinSetRotation pins, byte[] document) {
    ExecutionException refused =
        assertThrows(ExecutionException.class, () -> get(pins.offer(document)));
    return assertInstanceOf(PinSetException.class, refused.getCause()).reason();
  }

  private List<SpkiPin> inForce() {
    try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
      return keystore.pins();
    }
  }

  private PinSetEvent next() throws InterruptedException {
    PinSetEvent event = events.poll(60, TimeUnit.SECONDS);
    assertNotNull(event, "no event within 60 s");
    return event;
  }

  private static SpkiPin pin(TestIdentity identity) {
    return SpkiPin.of(identity.certificate());
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
