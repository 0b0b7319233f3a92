package io.mooring.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.Bytes;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.MqttType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The other party: a broker for one client by the letter of MQTT 5, sections 4.3, 4.4 and 4.9,
 * written apart from the session it tests, on the testkit's packets. It takes a message over at
 * PUBLISH, and refuses by 0x97 what is named {@code refused...}.
 */
public final class ModelBroker {
  private static final int QUOTA_EXCEEDED = 0x97;

  /** Few identifiers, so that they are used again soon. */
  private static final int IDENTIFIERS = 12;

  /** Topics of the messages taken over, in order of arrival, repeats included. */
  public final List<String> arrived = new ArrayList<>();

  /** What it sends, until the test moves it on. */
  public final ArrayDeque<MqttPacket> out = new ArrayDeque<>();

  private final int receiveMaximum;
  private boolean session;
  private final Map<Integer, String> incomplete = new HashMap<>();
  private final ArrayDeque<Outgoing> queue = new ArrayDeque<>();
  private final LinkedHashMap<Integer, Outgoing> inFlight = new LinkedHashMap<>();
  private int lastId;
  private int clientQuota;
  private int ourQuota;
  private int clientReceiveMaximum;

  public ModelBroker(int receiveMaximum) {
    this.receiveMaximum = receiveMaximum;
  }

  private static final class Outgoing {
    private final String topic;
    private final int qos;
    private boolean released;
    private boolean resend;

    private Outgoing(String topic, int qos) {
      this.topic = topic;
      this.qos = qos;
    }
  }

  public boolean isIdle() {
    return out.isEmpty() && queue.isEmpty() && inFlight.isEmpty() && incomplete.isEmpty();
  }

  /** A message for the client. */
  public void publish(String topic, int qos, boolean connected) {
    queue.add(new Outgoing(topic, qos));
    if (connected) {
      send();
    }
  }

  /** It crashes, or its expiry timer is short: all it knew of the client is gone. */
  public void loseSession() {
    session = false;
    incomplete.clear();
    queue.clear();
    inFlight.clear();
  }

  public void cut() {
    out.clear();
  }

  public void receive(MqttPacket packet) {
    if (packet instanceof MqttPacket.Connect connect) {
      onConnect(connect);
    } else if (packet instanceof MqttPacket.Publish publish) {
      onPublish(publish);
    } else if (packet instanceof MqttPacket.Ack ack) {
      onAck(ack);
    } else {
      throw new AssertionError("the client sent " + packet);
    }
  }

  private void onConnect(MqttPacket.Connect connect) {
    if (connect.cleanStart()) {
      loseSession();
    }
    out.add(
        new MqttPacket.Connack(
            session, 0, MqttProperties.NONE.with(MqttProperty.RECEIVE_MAXIMUM, receiveMaximum)));
    session = true;
    clientQuota = receiveMaximum;
    clientReceiveMaximum =
        (int) connect.properties().number(MqttProperty.RECEIVE_MAXIMUM).orElse(65_535);
    ourQuota = clientReceiveMaximum;
    inFlight.forEach(
        (id, message) -> {
          message.resend = !message.released;
          if (message.released) {
            out.add(ack(MqttType.PUBREL, id, 0));
          }
        });
    send();
  }

  private void onPublish(MqttPacket.Publish publish) {
    if (publish.qos() == 0) {
      arrived.add(publish.topic());
      return;
    }
    clientQuota--;
    assertTrue(clientQuota >= 0, "the client exceeded our Receive Maximum of " + receiveMaximum);
    int id = publish.packetId();
    boolean refused = publish.topic().startsWith("refused");
    if (publish.qos() == 1) {
      arrived.add(publish.topic());
      answer(ack(MqttType.PUBACK, id, refused ? QUOTA_EXCEEDED : 0), true);
      return;
    }
    String known = incomplete.get(id);
    if (known == null) {
      arrived.add(publish.topic());
      if (!refused) {
        incomplete.put(id, publish.topic());
      }
    } else {
      assertEquals(
          known, publish.topic(), "Packet Identifier " + id + " was used for two messages");
    }
    answer(ack(MqttType.PUBREC, id, refused ? QUOTA_EXCEEDED : 0), refused);
  }

  private void answer(MqttPacket packet, boolean freesQuota) {
    if (freesQuota) {
      clientQuota = Math.min(receiveMaximum, clientQuota + 1);
    }
    out.add(packet);
  }

  private void onAck(MqttPacket.Ack ack) {
    int id = ack.packetId();
    Outgoing message = inFlight.get(id);
    switch (ack.type()) {
      case PUBREL ->
          answer(ack(MqttType.PUBCOMP, id, incomplete.remove(id) == null ? 0x92 : 0), true);
      case PUBACK -> {
        assertNotNull(message, "PUBACK for Packet Identifier " + id + " that is not in flight");
        assertEquals(1, message.qos);
        finish(id);
      }
      case PUBREC -> {
        assertNotNull(message, "PUBREC for Packet Identifier " + id + " that is not in flight");
        assertEquals(2, message.qos);
        message.released = true;
        out.add(ack(MqttType.PUBREL, id, 0));
      }
      case PUBCOMP -> {
        assertNotNull(message, "PUBCOMP for Packet Identifier " + id + " that is not in flight");
        assertTrue(message.released, "PUBCOMP before PUBREL");
        finish(id);
      }
      default -> throw new AssertionError("the client sent " + ack);
    }
  }

  /** What it has in flight to the client under {@code id}, or null. */
  public @Nullable String inFlight(int id) {
    Outgoing message = inFlight.get(id);
    return message == null ? null : message.topic;
  }

  private void finish(int id) {
    inFlight.remove(id);
    ourQuota = Math.min(clientReceiveMaximum, ourQuota + 1);
    send();
  }

  private void send() {
    inFlight.forEach(
        (id, message) -> {
          if (message.resend && ourQuota > 0) {
            message.resend = false;
            ourQuota--;
            out.add(publish(id, message, true));
          }
        });
    while (!queue.isEmpty() && ourQuota > 0 && inFlight.size() < IDENTIFIERS) {
      Outgoing message = queue.remove();
      if (message.qos == 0) {
        out.add(publish(0, message, false));
        continue;
      }
      do {
        lastId = lastId % IDENTIFIERS + 1;
      } while (inFlight.containsKey(lastId));
      inFlight.put(lastId, message);
      ourQuota--;
      out.add(publish(lastId, message, false));
    }
  }

  private static MqttPacket publish(int id, Outgoing message, boolean dup) {
    return new MqttPacket.Publish(
        dup, message.qos, false, message.topic, id, MqttProperties.NONE, Bytes.EMPTY);
  }

  private static MqttPacket ack(MqttType type, int id, int reason) {
    return new MqttPacket.Ack(type, id, reason, MqttProperties.NONE);
  }
}
