package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.identity.SecretMac;
import io.mooring.internal.outbox.FaultyFiles;
import io.mooring.internal.outbox.MemoryFiles;
import io.mooring.internal.session.ModelBroker;
import io.mooring.outbox.Outbox;
import io.mooring.testkit.MqttPacket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A disk that refuses everything, while the broker is there. */
class OutboxDiskTroubleTest {
  private static final Outbox SETTINGS = Outbox.in(Path.of("/outbox"));

  private final Logger log = Logger.getLogger("io.mooring");
  private final MemoryFiles disk = new MemoryFiles();
  private final ModelBroker broker = new ModelBroker(10);
  private FaultyFiles files = new FaultyFiles(disk, Integer.MAX_VALUE, false, false, "");
  private ModelDevice device = new ModelDevice(SETTINGS, files, 10);

  @BeforeEach
  void silence() {
    log.setLevel(Level.OFF);
  }

  @AfterEach
  void speak() {
    log.setLevel(null);
  }

  private PendingPublish publish(String topic, Qos qos) {
    PendingPublish pending = device.publish(Message.to(topic).qos(qos).payload("x").build());
    exchange();
    return pending;
  }

  /** What both have to say to each other, until neither has anything more. */
  private void exchange() {
    device.rest();
    List<MqttPacket> sent = device.sent();
    while (!sent.isEmpty() || !broker.out.isEmpty()) {
      sent.forEach(broker::receive);
      if (device.isConnected() && !broker.out.isEmpty()) {
        device.receive(broker.out.remove());
        device.rest();
      }
      sent = device.sent();
    }
  }

  private void acknowledgeAll() {
    device.messages.forEach(device::acknowledge);
    exchange();
  }

  private void connect() {
    broker.cut();
    device.connect();
    exchange();
  }

  /** The same device in its next life, on a disk that refuses whatever comes after opening. */
  private void restartOnABrokenDisk() {
    device.rest();
    MemoryFiles same = disk.copy();
    FaultyFiles counting = new FaultyFiles(same.copy(), Integer.MAX_VALUE, false, false, "");
    new ModelDevice(SETTINGS, counting, 10);
    files = new FaultyFiles(same, counting.calls() + 1, true, false, "No space left on device");
    device = new ModelDevice(SETTINGS, files, 10);
  }

  private void heal() {
    files.heal();
    device.pass(2 * ModelDevice.SECOND);
    exchange();
  }

  @Test
  void publish_isRefused_qos0GoesOn_andAllIsWellOnceTheDiskIs() {
    connect();
    restartOnABrokenDisk();
    connect();
    PendingPublish refused = publish("q1-0", Qos.AT_LEAST_ONCE);
    assertTrue(refused.accepted().toCompletableFuture().isCompletedExceptionally());
    assertTrue(refused.delivered().toCompletableFuture().isCompletedExceptionally());
    assertTrue(device.isLive(), "a message that was never accepted is no reason to disconnect");
    publish("light", Qos.AT_MOST_ONCE);
    assertEquals(List.of("light"), broker.arrived);
    heal();
    PendingPublish kept = publish("q2-1", Qos.EXACTLY_ONCE);
    assertTrue(kept.delivered().toCompletableFuture().isDone());
    assertEquals(List.of("light", "q2-1"), broker.arrived);
  }

  @Test
  void inFlight_waitsForTheDisk_onALiveConnection_andGoesOnByItself() {
    connect();
    device.publish(Message.to("q2-0").qos(Qos.EXACTLY_ONCE).payload("x").build());
    device.rest();
    device.sent(); // lost on the way
    device.rest();
    restartOnABrokenDisk();
    assertTrue(
        publish("q1-1", Qos.AT_LEAST_ONCE).accepted().toCompletableFuture().isDone(), "refused");
    connect();
    publish("light", Qos.AT_MOST_ONCE);
    assertTrue(device.isLive());
    assertEquals(List.of("light"), broker.arrived);
    heal();
    assertEquals(List.of("light", "q2-0"), broker.arrived);
    assertTrue(device.isDone());
  }

  @Test
  void inbound_qos1IsAcknowledged_qos2WaitsForTheDisk() {
    connect();
    restartOnABrokenDisk();
    PendingPublish refused = publish("q1-0", Qos.AT_LEAST_ONCE);
    assertTrue(refused.accepted().toCompletableFuture().isCompletedExceptionally());
    connect();
    broker.publish("q1-in", 1, true);
    broker.publish("q2-in", 2, true);
    exchange();
    acknowledgeAll();
    assertTrue(device.isLive());
    assertEquals(2, device.messages.size());
    assertFalse(broker.isIdle(), "PUBREC left before the disk had it");
    heal();
    assertTrue(broker.isIdle());
    assertEquals(2, device.messages.size());
  }

  @Test
  void publish_theDisksThreadDoesNotStart_isTakenAndStoredOnceItDoes() {
    connect();
    device.missingThreads = 2;
    PendingPublish first = publish("q1-0", Qos.AT_LEAST_ONCE);
    PendingPublish second = publish("q1-1", Qos.AT_LEAST_ONCE);
    assertFalse(first.accepted().toCompletableFuture().isDone());
    device.pass(2 * ModelDevice.SECOND);
    exchange();
    assertFalse(first.accepted().toCompletableFuture().isDone(), "there was no thread this time");
    device.pass(2 * ModelDevice.SECOND);
    exchange();
    assertTrue(first.delivered().toCompletableFuture().isDone());
    assertTrue(second.delivered().toCompletableFuture().isDone());
    assertEquals(List.of("q1-0", "q1-1"), broker.arrived);
    assertTrue(device.isDone());
  }

  @Test
  void session_theDisksThreadDoesNotStart_goesOnOnceItDoes() {
    connect();
    broker.publish("q2-in", 2, true);
    exchange();
    device.missingThreads = 1;
    acknowledgeAll();
    assertFalse(broker.isIdle(), "PUBREC left before the disk had it");
    device.pass(2 * ModelDevice.SECOND);
    exchange();
    assertTrue(broker.isIdle());
  }

  @Test
  void close_theDisksThreadDoesNotStart_endsOnceItDoes() {
    AtomicBoolean closed = new AtomicBoolean();
    exchange();
    device.missingThreads = 1;
    device.outgoing.close(device.outgoing.atClose(), () -> closed.set(true));
    exchange();
    device.pass(2 * ModelDevice.SECOND);
    exchange();
    assertTrue(closed.get());
  }

  /** An application's, in an image that leaves out a class of it. */
  private static final class BrokenMac implements SecretMac {
    private boolean broken;

    @Override
    public String algorithm() {
      return "HmacSHA256";
    }

    @Override
    public byte[] mac(byte[] data) {
      if (broken) {
        throw new NoClassDefFoundError("com/example/TokenSession");
      }
      try {
        Mac mac = Mac.getInstance(algorithm());
        mac.init(new SecretKeySpec(new byte[32], algorithm()));
        return mac.doFinal(data);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void publish_theKeyMissesAClass_isRefusedAtOnce_andGoesOnOnceItDoesNot() {
    BrokenMac key = new BrokenMac();
    Outbox encrypted = SETTINGS.encryptedWith(key);
    MemoryFiles empty = new MemoryFiles();
    new ModelDevice(encrypted, empty, 10).rest();
    device = new ModelDevice(encrypted, empty.copy(), 10); // its first commit begins a segment
    exchange();
    key.broken = true;
    PendingPublish refused = publish("q1-0", Qos.AT_LEAST_ONCE);
    assertTrue(refused.accepted().toCompletableFuture().isCompletedExceptionally());
    assertEquals(0, device.outgoing.pending());
    key.broken = false;
    connect();
    device.pass(2 * ModelDevice.SECOND);
    exchange();
    PendingPublish kept = publish("q1-1", Qos.AT_LEAST_ONCE);
    assertTrue(kept.delivered().toCompletableFuture().isDone());
    assertEquals(List.of("q1-1"), broker.arrived);
  }
}
