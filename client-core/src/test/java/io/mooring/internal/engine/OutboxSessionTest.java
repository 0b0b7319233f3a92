package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.internal.outbox.MemoryFiles;
import io.mooring.internal.session.ModelBroker;
import io.mooring.outbox.Outbox;
import io.mooring.testkit.MqttPacket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the outbox knows of a session that the broker holds. */
class OutboxSessionTest {
  private static final Outbox SETTINGS = Outbox.in(Path.of("/outbox"));

  private final MemoryFiles disk = new MemoryFiles();
  private final ModelBroker broker = new ModelBroker(10);

  private static ModelDevice on(MemoryFiles files) {
    return new ModelDevice(SETTINGS, files, 10);
  }

  /** One connection up to CONNACK and what follows from it; its CONNECT. */
  private MqttPacket.Connect connect(ModelDevice device) {
    device.rest();
    device.connect();
    MqttPacket.Connect connect = (MqttPacket.Connect) device.sent().get(0);
    broker.cut();
    broker.receive(connect);
    device.receive(broker.out.remove());
    device.rest();
    assertTrue(device.isLive());
    return connect;
  }

  /** What {@code cleanStart(false)} asks for, with a session that another outbox began. */
  private ModelDevice takingOver() {
    connect(on(new MemoryFiles()));
    ModelDevice device = on(disk);
    device.state.hold();
    return device;
  }

  @Test
  void takenOver_itIsResumedInTheNextLifeWithoutBeingAskedFor() {
    ModelDevice device = takingOver();
    assertFalse(connect(device).cleanStart());
    device.cut();
    broker.publish("kept", 1, false);
    ModelDevice next = on(disk.copy());
    assertFalse(connect(next).cleanStart());
    next.receive(broker.out.remove());
    assertEquals(List.of("kept"), next.messages.stream().map(each -> each.topic()).toList());
  }

  @Test
  void takenOver_nothingLeavesBeforeTheDiskHasIt() {
    ModelDevice device = takingOver();
    long before = device.state.journal().told();
    assertFalse(connect(device).cleanStart());
    assertEquals(before + 1, device.state.journal().told());
    assertEquals(before + 1, device.state.journal().durable());
  }

  @Test
  void heldAlready_itIsNotToldAgain_inThisLifeOrTheNext() {
    ModelDevice device = takingOver();
    connect(device);
    device.cut();
    long told = device.state.journal().told();
    connect(device);
    assertEquals(told, device.state.journal().told());
    ModelDevice next = on(disk.copy());
    connect(next);
    assertEquals(0, next.state.journal().told(), "a disk that refuses would end each connection");
  }

  @Test
  void wantedButGone_itIsBegunAnew_andHeld() {
    ModelDevice device = on(disk);
    device.state.hold();
    assertFalse(connect(device).cleanStart());
    assertFalse(connect(on(disk.copy())).cleanStart());
  }
}
