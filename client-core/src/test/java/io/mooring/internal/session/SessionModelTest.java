package io.mooring.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.internal.wire.PacketReader;
import io.mooring.testkit.MqttPacket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Session and {@link ModelBroker} over a line that is cut at random between any two packets,
 * thousands of times from fixed seeds. A failure names its seed; put it into {@code FIRST_SEED} to
 * run it first.
 */
class SessionModelTest {
  private static final int RUNS = 2_000;
  private static final int STEPS = 150;
  private static final int FIRST_SEED = 0;

  @ParameterizedTest(name = "broker loses sessions: {0}")
  @ValueSource(booleans = {false, true})
  void cutsAnywhere_loseNothing_repeatNothing_keepTheOrder(boolean lossy) {
    for (int seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      try {
        new Run(seed, lossy).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ", lossy " + lossy, e);
      }
    }
  }

  private static final class Run {
    private final SplittableRandom random;
    private final boolean lossy;
    private final TestClient client = new TestClient();
    private final ModelBroker broker;
    private final ArrayDeque<MqttPacket> toBroker = new ArrayDeque<>();
    private final List<String> accepted = new ArrayList<>();
    private final List<String> sentToClient = new ArrayList<>();
    private final Set<Integer> identifiers = new HashSet<>();
    private final boolean delayedAcknowledgements;
    private final List<InboundPublish> unacknowledged = new ArrayList<>();
    private int handled;
    private boolean linked;
    private @Nullable Session last;
    private PacketReader reader = new PacketReader(65_536);

    Run(int seed, boolean lossy) {
      this.random = new SplittableRandom(seed);
      this.lossy = lossy;
      this.broker = new ModelBroker(1 + random.nextInt(5));
      client.automatic = false;
      client.receiveMaximum = 1 + random.nextInt(5);
      client.outboundTopicAliases = 0;
      delayedAcknowledgements = random.nextBoolean();
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        step();
        collect();
      }
      settle();
      checkOutbound();
      checkInbound();
    }

    private void step() {
      switch (random.nextInt(12)) {
        case 0, 1 -> publish();
        case 2, 3 -> publishToClient();
        case 4, 5, 6 -> deliverToBroker();
        case 7, 8, 9 -> deliverToClient();
        case 10 -> acknowledgeOne();
        default -> breakOrMend();
      }
    }

    private void publish() {
      Qos qos = Qos.of(random.nextInt(3));
      boolean refused = qos != Qos.AT_MOST_ONCE && random.nextInt(10) == 0;
      String topic = (refused ? "refused" : "q") + qos.code() + "-" + accepted.size();
      accepted.add(topic);
      client.publish(Message.to(topic).qos(qos).build());
    }

    private void publishToClient() {
      // Before its first session the client has no subscription that could match.
      if (client.state.held()) {
        String topic = "q" + random.nextInt(3) + "-" + sentToClient.size();
        sentToClient.add(topic);
        broker.publish(topic, topic.charAt(1) - '0', linked && brokerKnowsTheConnection());
      }
    }

    private boolean brokerKnowsTheConnection() {
      return toBroker.stream().noneMatch(MqttPacket.Connect.class::isInstance);
    }

    private void deliverToBroker() {
      MqttPacket packet = toBroker.poll();
      if (packet != null) {
        broker.receive(packet);
      }
    }

    private void deliverToClient() {
      MqttPacket packet = broker.out.poll();
      if (packet == null) {
        return;
      }
      noteAnswer(packet);
      byte[] bytes = packet.encode();
      reader.feed(bytes, 0, bytes.length, client::receive);
      last = client.session;
    }

    private void noteAnswer(MqttPacket packet) {
      if (packet instanceof MqttPacket.Connack connack && !connack.sessionPresent()) {
        identifiers.clear();
      } else if (packet instanceof MqttPacket.Ack ack) {
        switch (ack.type()) {
          case PUBACK, PUBCOMP -> identifiers.remove(ack.packetId());
          case PUBREC -> {
            if (ack.reasonCode() >= 0x80) {
              identifiers.remove(ack.packetId());
            }
          }
          default -> {
            // PUBREL is about the broker's identifiers.
          }
        }
      }
    }

    /** Takes what the client wrote and the messages it handed over. */
    private void collect() {
      for (MqttPacket packet : client.sent()) {
        if (packet instanceof MqttPacket.Publish publish && publish.qos() > 0) {
          assertEquals(
              publish.dup(),
              !identifiers.add(publish.packetId()),
              "DUP and Packet Identifier in use do not agree: " + publish);
        }
        if (linked) {
          toBroker.add(packet);
        }
      }
      while (handled < client.messages.size()) {
        unacknowledged.add(client.messages.get(handled++));
        if (!delayedAcknowledgements) {
          acknowledgeOne();
        }
      }
    }

    private void acknowledgeOne() {
      Session session = client.session != null ? client.session : last;
      if (!unacknowledged.isEmpty() && session != null) {
        InboundPublish message = unacknowledged.remove(random.nextInt(unacknowledged.size()));
        session.acknowledge(message, client.now);
      }
    }

    private void breakOrMend() {
      if (!linked) {
        if (lossy && random.nextInt(4) == 0) {
          broker.loseSession();
        }
        connect();
      } else if (random.nextInt(3) == 0) {
        collect();
        linked = false;
        toBroker.clear();
        broker.cut();
        client.cut();
      }
    }

    private void connect() {
      reader = new PacketReader(65_536);
      linked = true;
      toBroker.add(client.open());
    }

    /** The line stays up until nothing is left to do. */
    private void settle() {
      if (!linked) {
        connect();
      }
      for (int i = 0; i < 10_000; i++) {
        deliverToBroker();
        deliverToClient();
        collect();
        acknowledgeOne();
        collect();
        if (toBroker.isEmpty()
            && broker.isIdle()
            && unacknowledged.isEmpty()
            && client.state.pending() == 0) {
          return;
        }
      }
      throw new AssertionError(
          "never came to rest: pending "
              + client.state.pending()
              + ", in flight "
              + client.state.inFlight()
              + ", unacknowledged "
              + unacknowledged);
    }

    private void checkOutbound() {
      Map<String, Integer> arrivals = count(broker.arrived);
      Map<String, Integer> ends = new HashMap<>();
      for (String event : client.events) {
        if (event.startsWith("delivered ") || event.startsWith("failed ")) {
          ends.merge(event.split(" ")[1], 1, Integer::sum);
        }
      }
      for (String topic : accepted) {
        assertEquals(1, ends.getOrDefault(topic, 0), "each publish ends once: " + topic);
        boolean refused = topic.startsWith("refused");
        assertEquals(
            refused, client.events.contains("failed " + topic + " PublishRefusedException"), topic);
        int times = arrivals.getOrDefault(topic, 0);
        if (topic.startsWith("q0")) {
          assertTrue(times <= 1, topic + " arrived " + times + " times");
        } else {
          assertTrue(times >= 1, topic + " was lost");
          if (topic.startsWith("q2") && !lossy) {
            assertEquals(1, times, topic);
          }
        }
      }
      assertInOrder(accepted, broker.arrived);
    }

    private void checkInbound() {
      List<String> received = client.messages.stream().map(InboundPublish::topic).toList();
      count(received)
          .forEach(
              (topic, times) -> {
                if (!topic.startsWith("q1")) {
                  assertEquals(1, times, topic + " was handed over more than once");
                }
              });
      if (!lossy) {
        for (String topic : sentToClient) {
          assertTrue(topic.startsWith("q0") || received.contains(topic), topic + " was lost");
        }
      }
      assertInOrder(sentToClient, received);
    }

    private static Map<String, Integer> count(List<String> topics) {
      Map<String, Integer> counts = new HashMap<>();
      topics.forEach(topic -> counts.merge(topic, 1, Integer::sum));
      return counts;
    }

    /** First arrivals come in the order of acceptance. */
    private static void assertInOrder(List<String> accepted, List<String> arrived) {
      List<Integer> order = new ArrayList<>();
      for (String topic : new LinkedHashSet<>(arrived)) {
        order.add(Integer.parseInt(topic.substring(topic.indexOf('-') + 1)));
      }
      List<Integer> sorted = new ArrayList<>(order);
      Collections.sort(sorted);
      assertEquals(sorted, order, "first arrivals of " + accepted.size() + " messages");
    }
  }
}
