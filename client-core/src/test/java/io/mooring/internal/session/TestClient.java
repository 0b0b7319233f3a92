package io.mooring.internal.session;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.SubscribeOptions;
import io.mooring.Will;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.MooringException;
import io.mooring.internal.tls.VerifiedServer;
import io.mooring.internal.tls.VerifiedServers;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.WireBuffer;
import io.mooring.testkit.MalformedPacketException;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The event loop's part, played by a test: one thread, a clock that stands still, and the bytes
 * sent read back by the testkit's own codec.
 */
final class TestClient implements ConnectExchange.Listener, SessionListener {
  static final long SECOND = 1_000_000_000L;
  static final String SCRAM = "SCRAM-SHA-256";

  final MemoryPublishQueue queue = new MemoryPublishQueue();
  final SessionState state;

  /** What the application would see, in order: {@code delivered a 0x00 Success}. */
  final List<String> events = new ArrayList<>();

  final List<InboundPublish> messages = new ArrayList<>();
  final List<MooringException> failures = new ArrayList<>();

  String clientId = "meter-0042";
  boolean cleanStart = true;
  int keepAliveSeconds;
  long sessionExpirySeconds = 3600;
  int receiveMaximum = 10;
  boolean strictAcknowledgementOrder;
  int topicAliasMaximum;
  int outboundTopicAliases;
  @Nullable Will will;
  @Nullable String userName;
  ConnectOptions.@Nullable Method method;
  boolean automatic = true;

  /** Acknowledgements keep their order by topic. */
  boolean byTopic;

  long now = 1_000 * SECOND;

  WireBuffer out = new WireBuffer();
  VerifiedServer server = VerifiedServers.any();
  @Nullable ConnectExchange exchange;
  @Nullable Session session;

  TestClient() {
    this(SessionJournal.NONE);
  }

  TestClient(SessionJournal journal) {
    state = new SessionState(queue, journal);
  }

  ConnectOptions options() {
    return new ConnectOptions(
        clientId,
        cleanStart,
        keepAliveSeconds,
        sessionExpirySeconds,
        receiveMaximum,
        true,
        strictAcknowledgementOrder,
        65_536,
        topicAliasMaximum,
        outboundTopicAliases,
        false,
        true,
        List.of(),
        will,
        userName,
        method);
  }

  /** A fresh connection up to CONNECT, which it returns. */
  MqttPacket.Connect open() {
    out = new WireBuffer();
    server = VerifiedServers.any();
    session = null;
    ConnectExchange opened = new ConnectExchange(server, options(), state, out, this, this);
    exchange = opened;
    opened.start(method == null ? null : new byte[] {'c', 'f'}, null, now);
    return (MqttPacket.Connect) sent().get(0);
  }

  /** A live session without enhanced authentication. */
  Session connect(BrokerPackets.ConnAckBuilder connAck) {
    open();
    receive(connAck.build());
    return session();
  }

  Session connect() {
    return connect(BrokerPackets.connAck());
  }

  Session session() {
    return Objects.requireNonNull(session);
  }

  ConnectExchange exchange() {
    return Objects.requireNonNull(exchange);
  }

  /** What the loop does with a packet: to the session or the exchange, then pump. */
  void receive(Packet packet) {
    Session live = session;
    if (live == null) {
      exchange().onPacket(packet, now);
    } else {
      live.onPacket(packet, now);
      live.pump(now);
    }
  }

  /** {@code packet} ends the connection with an error of this kind. */
  <T extends MooringException> T refuses(Class<T> kind, Packet packet) {
    return assertThrows(kind, () -> receive(packet));
  }

  void publish(String topic, Qos qos) {
    publish(Message.to(topic).qos(qos).payload(topic).build());
  }

  void publish(Message message) {
    queue.add(new OutboundPublish(message, now, completion()));
    Session live = session;
    if (live != null) {
      live.pump(now);
    }
  }

  OutboundPublish.Completion completion() {
    return new OutboundPublish.Completion() {
      @Override
      public void delivered(
          OutboundPublish publish, ReasonCode reason, Packet.@Nullable Ack acknowledgement) {
        events.add("delivered " + publish.message().topic() + " " + reason);
      }

      @Override
      public void failed(OutboundPublish publish, MooringException cause) {
        failures.add(cause);
        events.add("failed " + publish.message().topic() + " " + cause.getClass().getSimpleName());
      }
    };
  }

  void subscribe(int subscriptionIdentifier, SubscribeOptions options, String... filters) {
    Map<String, SubscribeOptions> all = new LinkedHashMap<>();
    Arrays.stream(filters).forEach(filter -> all.put(filter, options));
    session()
        .request(
            SubscriptionRequest.subscribe(
                all, subscriptionIdentifier, List.of(), requestCompletion(filters[0])),
            now);
  }

  void subscribe(String... filters) {
    subscribe(0, SubscribeOptions.DEFAULT, filters);
  }

  void unsubscribe(String... filters) {
    session()
        .request(
            SubscriptionRequest.unsubscribe(
                List.of(filters), List.of(), requestCompletion(filters[0])),
            now);
  }

  private SubscriptionRequest.Completion requestCompletion(String name) {
    return new SubscriptionRequest.Completion() {
      @Override
      public void acknowledged(Packet.SubAck acknowledgement) {
        events.add("acknowledged " + name + " " + acknowledgement.reasons());
      }

      @Override
      public void failed(MooringException cause) {
        failures.add(cause);
        events.add("failed " + name + " " + cause.getClass().getSimpleName());
      }
    };
  }

  /** The link is cut. */
  void cut() {
    Session live = session;
    if (live != null) {
      live.ended(new ConnectionLostException("cut", null), now);
    }
    session = null;
  }

  void acknowledge(int index) {
    session().acknowledge(messages.get(index), now);
  }

  /** What was written since the last call, decoded. */
  List<MqttPacket> sent() {
    byte[] bytes = Arrays.copyOf(out.array(), out.length());
    out.clear(1 << 20);
    try {
      return MqttPackets.decodeAll(bytes);
    } catch (MalformedPacketException e) {
      throw new AssertionError("the session wrote what no broker can read", e);
    }
  }

  /** The same in short: {@code PUBLISH 1 a}, {@code PUBLISH+DUP 1 a}, {@code PUBACK 7 0x00}. */
  List<String> sentInShort() {
    List<String> all = new ArrayList<>();
    sent().forEach(packet -> all.add(inShort(packet)));
    return all;
  }

  private static String inShort(MqttPacket packet) {
    if (packet instanceof MqttPacket.Publish publish) {
      return "PUBLISH"
          + (publish.dup() ? "+DUP " : " ")
          + publish.packetId()
          + " "
          + publish.topic();
    }
    if (packet instanceof MqttPacket.Ack ack) {
      return "%s %d 0x%02X".formatted(ack.type(), ack.packetId(), ack.reasonCode());
    }
    if (packet instanceof MqttPacket.Disconnect disconnect) {
      return "DISCONNECT 0x%02X".formatted(disconnect.reasonCode());
    }
    if (packet instanceof MqttPacket.Auth auth) {
      return "AUTH 0x%02X".formatted(auth.reasonCode());
    }
    if (packet instanceof MqttPacket.Subscribe subscribe) {
      return "SUBSCRIBE " + subscribe.packetId();
    }
    if (packet instanceof MqttPacket.Unsubscribe unsubscribe) {
      return "UNSUBSCRIBE " + unsubscribe.packetId();
    }
    return packet.type().name();
  }

  List<MqttType> sentTypes() {
    return sent().stream().map(MqttPacket::type).toList();
  }

  ServerProof proof() {
    return new ServerProof(server, SCRAM);
  }

  @Override
  public void message(InboundPublish message) {
    messages.add(message);
    if (byTopic) {
      message.orderWith(message.topic());
    }
    events.add("message " + message.topic());
    Session live = session;
    if (automatic && live != null) {
      live.acknowledge(message, now);
    }
  }

  @Override
  public void challenge(byte @Nullable [] serverData) {
    events.add("challenge");
  }

  @Override
  public void verify(byte @Nullable [] serverData) {
    events.add("verify");
  }

  @Override
  public void reauthenticated() {
    events.add("reauthenticated");
  }

  @Override
  public void connected(Session live) {
    session = live;
    events.add("connected");
  }
}
