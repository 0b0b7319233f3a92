package io.mooring.enrol.rotation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.PemIdentity;
import io.mooring.keystore.PinSetDocument;
import io.mooring.keystore.PinSetException;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.FakeClock;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.ClockFloor;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What comes to a device that waits for pin sets, from a network that is not always kind. */
@Timeout(120)
class PinSetRotationTest {
  private static final SpkiPin BACKUP = SpkiPin.parse("sha256/" + "A".repeat(43) + "=");

  @TempDir private Path folder;

  private final Secret password = Secret.of(Canaries.STOREPASS.toCharArray());
  private final BlockingQueue<PinSetEvent> events = new LinkedBlockingQueue<>();
  private final TestIdentity present = TestCertificates.localhost();
  private final SpkiPin coming = SpkiPin.parse("sha256/" + "B".repeat(42) + "A=");
  private final FakeClock clock = FakeClock.atNow();
  private final Instant now = clock.instant();
  private Path file;
  private DeviceIdentity signer;

  @BeforeEach
  void makeKeystore() throws Exception {
    TestIdentity key = TestCertificates.selfSigned("Pin signer").create();
    signer = pem(key, "signer");
    file = folder.resolve("device.p12");
    try (DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, password)) {
      keystore.pins(List.of(SpkiPin.of(present.certificate()), BACKUP));
      keystore.stagedPins().trustSigners(List.of(SpkiPin.of(key.certificate())));
      keystore.save();
    }
  }

  @Test
  void setThatIsStagedAlready_offeredAgain_leavesTheFileAlone() throws Exception {
    try (ScriptedBroker broker = broker();
        PinSetRotation pins = rotation(events::add);
        SecureMqttClient device = device(broker, pins)) {
      pins.start(device);
      device.connect();
      get(pins.offer(document(1)));
      byte[] before = Files.readAllBytes(file);
      get(pins.offer(document(1)));
      assertArrayEquals(before, Files.readAllBytes(file));
    }
  }

  @Test
  void setsThatComeWhileTheRotationIsAtWork_areOneThatWaits_theNewest() throws Exception {
    CountDownLatch atWork = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (PinSetRotation pins =
        rotation(
            event -> {
              atWork.countDown();
              await(goOn);
            })) {
      CompletionStage<Void> underWay = pins.offer(new byte[] {1, 2, 3});
      await(atWork);
      CompletionStage<Void> fifth = pins.offer(document(5));
      CompletionStage<Void> seventh = pins.offer(document(7));
      assertInstanceOf(PinSetLeftOutException.class, failure(fifth));
      assertSame(seventh, pins.offer(document(7)));
      CompletionStage<Void> sixth = pins.offer(document(6));
      assertInstanceOf(PinSetLeftOutException.class, failure(sixth));
      CompletionStage<Void> unsigned =
          pins.offer("counter 9223372036854775807\n".getBytes(US_ASCII));
      assertInstanceOf(PinSetLeftOutException.class, failure(unsigned));
      CompletionStage<Void> strangers =
          pins.offer(document(pem(TestCertificates.selfSigned("S").create(), "s"), 99));
      assertInstanceOf(PinSetLeftOutException.class, failure(strangers));
      assertFalse(seventh.toCompletableFuture().isDone());
      goOn.countDown();
      assertInstanceOf(PinSetException.class, failure(underWay));
      assertInstanceOf(RotationException.class, failure(seventh), "staged, and no client to try");
      assertEquals(7, counter());
    }
  }

  @Test
  void setThatComesBeforeTheTime_isTakenWithTheConnectionAfterTheClockWasSet() throws Exception {
    clock.setWallClock(Instant.EPOCH);
    try (ScriptedBroker broker = broker();
        PinSetRotation pins = rotation(events::add);
        SecureMqttClient device = device(broker, pins)) {
      pins.start(device);
      device.connect();
      CompletionStage<Void> early = pins.offer(document(2));
      assertEquals(PinSetException.Reason.NOT_YET_VALID, refusal(early));
      assertEquals(PinSetException.Reason.NOT_YET_VALID, refusal(pins.offer(document(1))));
      events.clear();
      clock.setWallClock(now.minusSeconds(60 + 240)); // four minutes slow
      get(device.disconnect());
      device.connect();
      PinSetEvent.Staged staged = assertInstanceOf(PinSetEvent.Staged.class, next());
      assertEquals(2, staged.document().counter());
      assertEquals(2, counter());
    }
  }

  @Test
  void setThatComesBeforeTheTime_isTakenWithoutAConnection_whenTheClockWasSet() throws Exception {
    clock.setWallClock(Instant.EPOCH);
    try (PinSetRotation pins = rotation(Duration.ofMillis(20), trusting())) {
      assertEquals(PinSetException.Reason.NOT_YET_VALID, refusal(pins.offer(document(2))));
      assertInstanceOf(PinSetEvent.Failed.class, next());
      clock.setWallClock(now);
      PinSetEvent.Failed tried = assertInstanceOf(PinSetEvent.Failed.class, next());
      assertInstanceOf(RotationException.class, tried.cause(), "staged, and no client to try it");
      assertEquals(2, counter());
    }
  }

  @Test
  void setThatCameBeforeTheTime_andIsOver_isForgotten() throws Exception {
    clock.setWallClock(Instant.EPOCH);
    try (PinSetRotation pins = rotation(Duration.ofMillis(1), trusting())) {
      assertEquals(PinSetException.Reason.NOT_YET_VALID, refusal(pins.offer(document(2))));
      assertInstanceOf(PinSetEvent.Failed.class, next());
      clock.setWallClock(now.plusSeconds(100_000));
      PinSetEvent.Failed over = assertInstanceOf(PinSetEvent.Failed.class, next());
      PinSetException cause = assertInstanceOf(PinSetException.class, over.cause());
      assertEquals(PinSetException.Reason.EXPIRED, cause.reason());
      clock.setWallClock(now);
      // The thread looks at the clock before it comes to the second of these, if it still does.
      assertEquals(PinSetException.Reason.MALFORMED, refusal(pins.offer(new byte[] {1})));
      assertEquals(PinSetException.Reason.MALFORMED, refusal(pins.offer(new byte[] {2})));
      assertEquals(0, counter());
    }
  }

  @Test
  void clockBelowTheFloorOfThePolicy_countsForNothing() throws Exception {
    clock.setWallClock(Instant.EPOCH);
    ClockFloor floor = ClockFloor.in(folder.resolve("floor"));
    floor.observed(now);
    try (PinSetRotation pins = rotation(Duration.ofHours(1), trusting().clockFloor(floor))) {
      CompletionStage<Void> taken = pins.offer(document(1));
      assertInstanceOf(RotationException.class, failure(taken), "staged, and no client to try it");
      assertEquals(1, counter());
    }
  }

  @Test
  void documentThatIsTooLong_isRefused_andNotCopiedWhole() throws Exception {
    PinSetOffers offers = new PinSetOffers(document -> true, () -> {});
    CompletionStage<Void> unused = offers.add(new byte[1024 * 1024]);
    assertEquals(PinSetDocument.MAX_BYTES + 1, offers.next().bytes.length);
    assertFalse(unused.toCompletableFuture().isDone());
    try (PinSetRotation pins = rotation(events::add)) {
      PinSetException refused =
          assertInstanceOf(
              PinSetException.class, failure(pins.offer(new byte[PinSetDocument.MAX_BYTES + 1])));
      assertEquals(PinSetException.Reason.MALFORMED, refused.reason());
    }
  }

  private PinSetRotation rotation(Consumer<PinSetEvent> listener) {
    return PinSetRotation.in(file, password, trusting(), "localhost", clock, listener);
  }

  private PinSetRotation rotation(Duration pause, TlsPolicy policy) {
    return PinSetRotation.in(file, password, policy, "localhost", clock, events::add, pause);
  }

  private TlsPolicy trusting() {
    return TlsPolicy.trusting(List.of(present.root()));
  }

  private ScriptedBroker broker() throws Exception {
    return ScriptedBroker.builder().identity(present).onEveryConnection(Script.accepting()).start();
  }

  private static SecureMqttClient device(ScriptedBroker broker, PinSetRotation pins) {
    return SecureMqttClient.builder()
        .broker(broker.uri())
        .clientId("meter-0042")
        .reconnect(Reconnect.none())
        .connectTimeout(Duration.ofSeconds(20))
        .tls(pins.policy())
        .listener(pins)
        .dangerous()
        .anonymous()
        .build();
  }

  private byte[] document(long counter) {
    return document(signer, counter);
  }

  private byte[] document(DeviceIdentity key, long counter) {
    return document(key, counter, now.minusSeconds(60));
  }

  /** The same bytes each time: ECDSA here is that of RFC 6979. */
  private byte[] document(DeviceIdentity key, long counter, Instant from) {
    return PinSetDocument.sign(
            "localhost", List.of(coming, BACKUP), counter, from, now.plusSeconds(86_400), key)
        .encoded();
  }

  private DeviceIdentity pem(TestIdentity identity, String name) throws Exception {
    return PemIdentity.open(
        identity.writeChain(folder.resolve(name + ".pem")),
        identity.writeKey(folder.resolve(name + ".key")));
  }

  private long counter() {
    try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
      return keystore.pinRotation().counter();
    }
  }

  private PinSetEvent next() throws InterruptedException {
    PinSetEvent event = events.poll(60, TimeUnit.SECONDS);
    assertNotNull(event, "no event within 60 s");
    return event;
  }

  private static PinSetException.Reason refusal(CompletionStage<Void> stage) {
    return assertInstanceOf(PinSetException.class, failure(stage)).reason();
  }

  private static Throwable failure(CompletionStage<Void> stage) {
    ExecutionException failed = assertThrows(ExecutionException.class, () -> get(stage));
    return Objects.requireNonNull(failed.getCause());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
