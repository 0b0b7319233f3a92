package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.internal.outbox.FaultyFiles;
import io.mooring.internal.outbox.MemoryFiles;
import io.mooring.internal.session.InboundPublish;
import io.mooring.internal.session.ModelBroker;
import io.mooring.outbox.Outbox;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttType;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Outgoing half, session, journal, gate and log against {@link ModelBroker}, one task of one thread
 * at a time, with the line cut, the disk failing, the process killed and the power cut at random:
 * thousands of runs from fixed seeds. The model is what the application was told: a message that it
 * heard accepted arrives, once if at QoS 2, and in order. A failure names its seed; put it into
 * {@code FIRST_SEED} to run it first.
 */
class OutboxModelTest {
  private static final int RUNS = 3_000;
  private static final int STEPS = 250;
  private static final int FIRST_SEED = 0;

  /** Kept, so that nobody collects the level with it. */
  private final Logger log = Logger.getLogger("io.mooring");

  @BeforeEach
  void silence() {
    log.setLevel(Level.OFF); // thousands of disks fail here
  }

  @AfterEach
  void speak() {
    log.setLevel(null);
  }

  @Test
  void anythingAtAnyTime_acceptedMessagesArrive_qos2Once_inOrder() {
    Totals totals = new Totals();
    for (int seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      try {
        new Run(seed, totals).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    System.out.println("outbox model: " + RUNS + " runs, " + totals);
    // A model that does nothing proves nothing.
    assertTrue(totals.accepted > 10 * RUNS, totals::toString);
    assertTrue(totals.kills > RUNS && totals.powerCuts > RUNS / 2, totals::toString);
    assertTrue(totals.refused > RUNS / 2, totals::toString);
    assertTrue(totals.handedOver > 5 * RUNS, totals::toString);
  }

  private static final class Totals {
    private int accepted;
    private int refused;
    private int kills;
    private int powerCuts;
    private int handedOver;

    @Override
    public String toString() {
      return "accepted "
          + accepted
          + ", refused by the disk "
          + refused
          + ", kills "
          + kills
          + ", power cuts "
          + powerCuts
          + ", handed over "
          + handedOver;
    }
  }

  private static final class Run {
    private static final Outbox SETTINGS = Outbox.in(Path.of("/outbox")).atMost(100_000, 1L << 30);

    private final Totals totals;
    private final SplittableRandom random;
    private final ModelBroker broker;
    private final ArrayDeque<MqttPacket> toBroker = new ArrayDeque<>();
    private final Set<String> accepted = new LinkedHashSet<>();
    private final Set<String> refused = new HashSet<>();
    private final Set<String> toClient = new LinkedHashSet<>();
    private final Set<String> handed = new HashSet<>();
    private final Set<String> releasedAtBroker = new HashSet<>();
    private final Map<String, Long> acknowledged = new HashMap<>();
    private final Set<String> acknowledgedOnDisk = new HashSet<>();
    private final List<InboundPublish> unacknowledged = new ArrayList<>();
    private final int receiveMaximum;
    private MemoryFiles disk = new MemoryFiles();
    private FaultyFiles files = healthy();
    private ModelDevice device;
    private boolean cutFailed;
    private boolean resumable;
    private boolean linked;
    private boolean connectLeft;
    private int published;
    private int seen;

    Run(int seed, Totals totals) {
      this.totals = totals;
      random = new SplittableRandom(seed);
      broker = new ModelBroker(1 + random.nextInt(6));
      receiveMaximum = 1 + random.nextInt(5);
      device = new ModelDevice(SETTINGS, files, receiveMaximum);
    }

    private FaultyFiles healthy() {
      return new FaultyFiles(disk, Integer.MAX_VALUE, false, false, "");
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        step();
        collect();
      }
      settle();
      check();
    }

    private void step() {
      switch (random.nextInt(32)) {
        case 0, 1, 2, 3 -> publish();
        case 4, 5 -> publishToClient();
        case 6, 7, 8, 9, 10 -> deliverToBroker();
        case 11, 12, 13, 14, 15 -> deliverToClient();
        case 16, 17, 18, 19, 20 -> device.runDisk();
        case 21, 22, 23, 24, 25 -> device.runLoop();
        case 26, 27 -> acknowledgeOne();
        case 28 -> cutOrMend();
        case 29 -> rarely(this::die);
        case 30 -> rarely(this::breakDisk);
        default -> device.pass(ModelDevice.SECOND);
      }
    }

    private void rarely(Runnable action) {
      if (random.nextInt(4) == 0) {
        action.run();
      }
    }

    private void publish() {
      int qos = 1 + random.nextInt(2);
      String topic = "q" + qos + "-" + published++;
      PendingPublish pending =
          device.publish(Message.to(topic).qos(Qos.of(qos)).payload(new byte[20]).build());
      pending
          .accepted()
          .whenComplete(
              (nothing, failure) -> {
                if (failure == null) {
                  accepted.add(topic);
                } else {
                  refused.add(topic);
                }
              });
    }

    private void publishToClient() {
      if (resumable) {
        String topic = "q" + (1 + random.nextInt(2)) + "-" + toClient.size();
        toClient.add(topic);
        broker.publish(topic, topic.charAt(1) - '0', device.isConnected() && brokerKnows());
      }
    }

    private boolean brokerKnows() {
      return connectLeft && toBroker.stream().noneMatch(MqttPacket.Connect.class::isInstance);
    }

    private void deliverToBroker() {
      MqttPacket packet = toBroker.poll();
      if (packet == null) {
        return;
      }
      if (packet instanceof MqttPacket.Ack ack && ack.type() == MqttType.PUBREC) {
        releasedAtBroker.add(String.valueOf(broker.inFlight(ack.packetId())));
      }
      broker.receive(packet);
    }

    private void deliverToClient() {
      if (!device.isConnected()) {
        return;
      }
      MqttPacket packet = broker.out.poll();
      if (packet != null) {
        device.receive(packet);
      }
    }

    /** Takes what left the device, and what it handed to the application. */
    private void collect() {
      for (MqttPacket packet : device.sent()) {
        toBroker.add(packet);
        connectLeft |= packet instanceof MqttPacket.Connect;
        // Once anything left behind CONNECT, the outbox says for good that there is a session.
        resumable |= !(packet instanceof MqttPacket.Connect);
      }
      if (!device.isConnected() && linked) {
        unlink(); // the device itself ended it: its disk did not keep up
      }
      long durable = device.outgoing.journal().durable();
      acknowledged.entrySet().stream()
          .filter(each -> each.getValue() <= durable)
          .forEach(each -> acknowledgedOnDisk.add(each.getKey()));
      for (; seen < device.messages.size(); seen++) {
        InboundPublish message = device.messages.get(seen);
        String topic = message.topic();
        if (topic.startsWith("q2")) {
          assertFalse(
              releasedAtBroker.contains(topic), topic + " was handed over after its PUBREC");
          assertFalse(
              acknowledgedOnDisk.contains(topic), topic + " was handed over though acknowledged");
        }
        handed.add(topic);
        unacknowledged.add(message);
      }
    }

    private void acknowledgeOne() {
      if (!unacknowledged.isEmpty()) {
        InboundPublish done = unacknowledged.remove(random.nextInt(unacknowledged.size()));
        device.acknowledge(done);
        acknowledged.put(done.topic(), device.outgoing.journal().told());
      }
    }

    private void cutOrMend() {
      if (!device.isConnected()) {
        connect();
      } else if (random.nextInt(3) == 0) {
        device.cut();
        unlink();
      }
    }

    private void connect() {
      device.connect();
      linked = true;
    }

    private void unlink() {
      linked = false;
      connectLeft = false;
      toBroker.clear();
      broker.cut();
    }

    private void die() {
      boolean power = random.nextInt(3) == 0;
      if (power) {
        totals.powerCuts++;
        disk = disk.afterPowerCut(random.nextInt(disk.undecided() + 1), random.nextBoolean());
      } else {
        totals.kills++;
        disk = disk.copy();
      }
      unlink();
      open();
    }

    private void open() {
      cutFailed |= files.cutFailed();
      files = healthy();
      device = new ModelDevice(SETTINGS, files, receiveMaximum);
      forgetMessages();
    }

    private void forgetMessages() {
      unacknowledged.clear();
      acknowledged.clear();
      seen = 0;
    }

    /** From one of the next calls on the disk fails, until it is healed or the process restarts. */
    private void breakDisk() {
      if (random.nextInt(2) == 0) {
        files.heal();
      } else {
        // The log keeps the FileOps that it was opened with, so a restart brings the fault in.
        disk = disk.copy();
        cutFailed |= files.cutFailed();
        unlink();
        forgetMessages();
        files =
            new FaultyFiles(
                disk, 8 + random.nextInt(60), random.nextBoolean(), random.nextBoolean(), "EIO");
        try {
          device = new ModelDevice(SETTINGS, files, receiveMaximum);
        } catch (io.mooring.error.OutboxException e) {
          disk = disk.copy(); // it failed while it was opened: nothing of that process is left
          open();
        }
      }
    }

    /** Everything works from now on, until nothing is left to do. */
    private void settle() {
      files.heal();
      for (int i = 0; i < 20_000; i++) {
        if (!device.isConnected()) {
          connect();
        }
        while (device.runDisk() || device.runLoop()) {
          collect();
        }
        deliverToBroker();
        deliverToClient();
        collect();
        acknowledgeOne();
        collect();
        device.pass(ModelDevice.SECOND);
        if (toBroker.isEmpty()
            && broker.isIdle()
            && unacknowledged.isEmpty()
            && device.isLive()
            && device.isDone()) {
          return;
        }
      }
      throw new AssertionError(
          "never came to rest: in flight "
              + device.state.inFlight()
              + ", to broker "
              + toBroker
              + ", unacknowledged "
              + unacknowledged);
    }

    private void check() {
      totals.accepted += accepted.size();
      totals.refused += refused.size();
      totals.handedOver += handed.size();
      Map<String, Integer> arrivals = new HashMap<>();
      broker.arrived.forEach(topic -> arrivals.merge(topic, 1, Integer::sum));
      for (String topic : accepted) {
        assertTrue(arrivals.containsKey(topic), topic + " was accepted and is lost");
      }
      arrivals.forEach(
          (topic, times) -> {
            if (topic.startsWith("q2")) {
              assertEquals(1, times, topic);
            }
            assertTrue(
                cutFailed || files.cutFailed() || !refused.contains(topic),
                topic + " was refused and arrived");
          });
      assertInOrder(broker.arrived);
      assertEquals(0, device.tally.snapshot().waiting(), () -> device.tally.snapshot().toString());
      for (String topic : toClient) {
        assertTrue(handed.contains(topic), topic + " was not handed over");
      }
      ModelDevice next =
          new ModelDevice(SETTINGS, new FaultyFiles(disk.copy(), -1, false, false, ""), 1);
      assertTrue(next.outgoing.isEmpty(), "all is delivered, and the log still holds something");
    }

    /** First arrivals come in the order of publishing. */
    private static void assertInOrder(List<String> arrived) {
      List<Integer> order = new ArrayList<>();
      for (String topic : new LinkedHashSet<>(arrived)) {
        order.add(Integer.parseInt(topic.substring(topic.indexOf('-') + 1)));
      }
      assertEquals(List.copyOf(new TreeSet<>(order)), order, "first arrivals");
    }
  }
}
