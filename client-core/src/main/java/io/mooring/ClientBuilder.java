package io.mooring;

import io.mooring.audit.OutboundOnly;
import io.mooring.auth.Authentication;
import io.mooring.identity.DeviceIdentity;
import io.mooring.internal.session.ConnectOptions;
import io.mooring.internal.telemetry.Log;
import io.mooring.internal.wire.SendableText;
import io.mooring.outbox.Outbox;
import io.mooring.policy.TopicPolicy;
import io.mooring.telemetry.ClientEvents;
import io.mooring.telemetry.MetricsRegistry;
import io.mooring.telemetry.PacketTrace;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Configures a {@link SecureMqttClient}. Only {@link #broker} is required. A client must
 * authenticate itself: by {@link #authenticate}, by {@link #identity}, or both.
 */
public final class ClientBuilder {
  private static final Duration MIN_CONNECT_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MAX_CONNECT_TIMEOUT = Duration.ofMinutes(10);

  private static final int MAX_BROKERS = 16;

  private static final Log LOG = Log.DANGEROUS;

  private final ClientSettings gathered = new ClientSettings();

  ClientBuilder() {}

  /**
   * The broker: {@code mqtts://host[:port]}, port 8883 unless named.
   *
   * @throws IllegalArgumentException for any other scheme; there is no plaintext mode
   */
  public ClientBuilder broker(String uri) {
    return broker(Endpoint.parse(uri));
  }

  /** The broker. */
  public ClientBuilder broker(Endpoint broker) {
    return brokers(List.of(broker));
  }

  /**
   * Several brokers in order of preference, 1 to 16, such as the nodes of a cluster or a main site
   * and a spare. Trust, pins and credentials are the same for all; the host name is checked for
   * each. A failed attempt goes on to the next; after a connection that lasted, the search begins
   * at the first again, and {@link Reconnect#withFailBack} returns to it meanwhile.
   *
   * @throws IllegalArgumentException if there is none, if there are more than 16, or if one is
   *     named twice
   */
  public ClientBuilder brokers(List<Endpoint> inOrder) {
    List<Endpoint> copy = List.copyOf(inOrder);
    inRange("the number of brokers", copy.size(), 1, MAX_BROKERS);
    if (Set.copyOf(copy).size() < copy.size()) {
      throw new IllegalArgumentException("a broker is named twice in " + copy);
    }
    gathered.brokers = copy;
    return this;
  }

  /**
   * Whether and how the client goes on by itself after a loss. Default {@link Reconnect#DEFAULT}:
   * it does, with full-jitter back-off from 1 s to 2 min.
   */
  public ClientBuilder reconnect(Reconnect policy) {
    gathered.reconnect = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * Whether a broker that says 0x9C (Use another server) or 0x9D (Server moved) with a Server
   * Reference (MQTT 5, section 4.11) is obeyed. Default false: the reason is told and the
   * configured brokers are tried. Nothing is remembered beyond this client.
   *
   * <p>The other broker is checked by the same trust and pins, under the name that the reference
   * gives. Since that name is not ours, something else must say which broker may follow: {@link
   * #build} asks for pins, for authorities of one's own, or for a mutual method such as SCRAM. The
   * pins must cover the other broker's key or its authority's.
   */
  public ClientBuilder followServerReference(boolean follow) {
    gathered.followServerReference = follow;
    return this;
  }

  /** Whom to trust, and which pins have to hold. Default {@link TlsPolicy#systemRoots}, no pins. */
  public ClientBuilder tls(TlsPolicy policy) {
    gathered.tls = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /** The certificate and key that the device shows in TLS. Default none. */
  public ClientBuilder identity(DeviceIdentity device) {
    gathered.identity = Objects.requireNonNull(device, "device");
    return this;
  }

  /** How the device authenticates inside MQTT. Default not at all. */
  public ClientBuilder authenticate(Authentication method) {
    gathered.authentication = Objects.requireNonNull(method, "method");
    return this;
  }

  /**
   * Client Identifier (MQTT 5, section 3.1.3.1), at most 65,535 bytes of UTF-8. Default empty: the
   * broker assigns one, or with an {@link #outbox} the one that it keeps.
   *
   * @throws IllegalArgumentException if it is longer, or holds a control character, a noncharacter
   *     or a lone surrogate (section 1.5.4)
   */
  public ClientBuilder clientId(String identifier) {
    gathered.clientId =
        SendableText.require(
            "client identifier", Utf8Strings.require("client identifier", identifier));
    return this;
  }

  /**
   * Clean Start (section 3.1.2.4) of the first CONNECT. Default true: session state lives in
   * memory, so a client that starts anew holds none and must not resume (section 3.2.2.1.1). With
   * an {@link #outbox} the default is to resume exactly if the outbox holds a session. Later
   * connections of this client always resume.
   *
   * <p>False takes over a session that an earlier run left at the broker, and with it the messages
   * that waited there. What that run had in flight at QoS 2 may then be lost or arrive twice,
   * unless an outbox kept it. True with an outbox gives up the session of the last run: the
   * messages are kept, and what was in flight at QoS 2 may arrive twice.
   *
   * <p>Where a session is resumed, subscribe before {@link SecureMqttClient#connect} or {@link
   * SecureMqttClient#start}: what the broker kept for the session may arrive with CONNACK. {@link
   * #unsolicited} takes what fits no subscription all the same.
   */
  public ClientBuilder cleanStart(boolean clean) {
    gathered.cleanStart = clean;
    return this;
  }

  /**
   * Keep Alive in whole seconds, 0 (off) to 65,535 s. Default 60 s. The broker may overrule it.
   *
   * @throws IllegalArgumentException outside 0 to 65,535 s, or with a fraction of a second
   */
  public ClientBuilder keepAlive(Duration period) {
    gathered.keepAlive = wholeSeconds("keepAlive", period, 0, 65_535);
    return this;
  }

  /**
   * Session Expiry Interval in whole seconds (section 3.1.2.11.2): how long the broker keeps
   * session and messages after a disconnect, 0 to 4,294,967,295 s, the last meaning for ever.
   * Default 1 h. An {@link #outbox} takes more than 0, which {@link #build} checks.
   *
   * @throws IllegalArgumentException outside 0 to 4,294,967,295 s, or with a fraction of a second
   */
  public ClientBuilder sessionExpiry(Duration interval) {
    gathered.sessionExpiry =
        wholeSeconds("sessionExpiry", interval, 0, ConnectOptions.NEVER_EXPIRES);
    return this;
  }

  /**
   * One deadline for DNS, TCP, TLS, AUTH and CONNACK of one attempt together, 100 ms to 10 min.
   * Default 10 s; raise it for slow boards and SCRAM by password.
   *
   * @throws IllegalArgumentException outside 100 ms to 10 min
   */
  public ClientBuilder connectTimeout(Duration deadline) {
    if (deadline.compareTo(MIN_CONNECT_TIMEOUT) < 0
        || deadline.compareTo(MAX_CONNECT_TIMEOUT) > 0) {
      throw new IllegalArgumentException("connectTimeout is 100 ms to 10 min; got " + deadline);
    }
    gathered.connectTimeout = deadline;
    return this;
  }

  /**
   * Receive Maximum: QoS 1 and 2 messages that the broker may have in flight to us, 1 to 65,535.
   * Default 64.
   *
   * @throws IllegalArgumentException outside 1 to 65,535
   */
  public ClientBuilder receiveMaximum(int messages) {
    gathered.receiveMaximum = (int) inRange("receiveMaximum", messages, 1, 65_535);
    return this;
  }

  /**
   * Whether one message over Receive Maximum ends the connection with 0x93 (section 3.3.4). Default
   * false: Mosquitto before 2.0.13, which Debian 12 ships, loses count in a burst (its issue 2301)
   * and would be cut off again and again. Memory stays bounded either way, since reading stops at
   * {@link #inboundQueue}.
   */
  public ClientBuilder strictReceiveMaximum(boolean strict) {
    gathered.strictReceiveMaximum = strict;
    return this;
  }

  /**
   * Whether PUBACKs leave in the order of all PUBLISHes of the connection, and PUBRECs too, as
   * section 4.6 has it. The slowest handler then holds up the acknowledgements of every
   * subscription, and with them Receive Maximum.
   *
   * <p>Default false: the order is kept among the messages of a subscription, hence of each topic,
   * which is what section 4.6 is there for. Between subscriptions the first to be handled is the
   * first to be acknowledged; brokers match acknowledgements by Packet Identifier.
   */
  public ClientBuilder strictAcknowledgementOrder(boolean strict) {
    gathered.strictAcknowledgementOrder = strict;
    return this;
  }

  /**
   * Maximum Packet Size that we accept, 128 to 268,435,460 bytes. Default 256 KiB.
   *
   * @throws IllegalArgumentException outside 128 to 268,435,460
   */
  public ClientBuilder maximumPacketSize(int bytes) {
    gathered.maximumPacketSize =
        (int) inRange("maximumPacketSize", bytes, 128, ConnectOptions.PROTOCOL_MAXIMUM_PACKET_SIZE);
    return this;
  }

  /**
   * Topic Alias Maximum that we accept from the broker, 0 to 65,535. Default 0: none.
   *
   * @throws IllegalArgumentException outside 0 to 65,535
   */
  public ClientBuilder topicAliasMaximum(int aliases) {
    gathered.topicAliasMaximum = (int) inRange("topicAliasMaximum", aliases, 0, 65_535);
    return this;
  }

  /**
   * Topic aliases that we use, if the broker accepts as many, 0 to 65,535. Default 0: off.
   *
   * @throws IllegalArgumentException outside 0 to 65,535
   */
  public ClientBuilder outboundTopicAliases(int aliases) {
    gathered.outboundTopicAliases = (int) inRange("outboundTopicAliases", aliases, 0, 65_535);
    return this;
  }

  /** Request Response Information (section 3.1.2.11.6). Default false. */
  public ClientBuilder requestResponseInformation(boolean request) {
    gathered.requestResponseInformation = request;
    return this;
  }

  /** Request Problem Information (section 3.1.2.11.7). Default true. */
  public ClientBuilder requestProblemInformation(boolean request) {
    gathered.requestProblemInformation = request;
    return this;
  }

  /**
   * Reaches every broker through this HTTP proxy, by CONNECT. Default none, whatever the
   * environment names. The names of brokers are then looked up by the proxy.
   */
  public ClientBuilder proxy(HttpProxy carrier) {
    gathered.proxy = Objects.requireNonNull(carrier, "carrier");
    return this;
  }

  /**
   * Adds a User Property to CONNECT, which leaves before a mutual method such as SCRAM has proven
   * the broker: TLS and pins alone protect it. Put no secret in it.
   *
   * @throws IllegalArgumentException if name or value takes over 65,535 bytes of UTF-8, or holds a
   *     control character, a noncharacter or a lone surrogate (section 1.5.4)
   */
  public ClientBuilder userProperty(String name, String value) {
    gathered.userProperties.add(sendable(new UserProperty(name, value)));
    return this;
  }

  /**
   * The Will. Default none. It leaves in CONNECT (MQTT 5, section 3.1.3.2, has no other place for
   * it), before a mutual method such as SCRAM has proven the broker: TLS and pins alone protect it.
   * Put no secret in it. {@link #build} logs a warning if there is a mutual method and neither pins
   * nor an authority of one's own.
   *
   * @throws IllegalArgumentException if its topic, response topic, content type or a user property
   *     holds a control character or a noncharacter (section 1.5.4)
   */
  public ClientBuilder will(Will lastWill) {
    Message message = lastWill.message();
    SendableText.require("will topic", message.topic());
    requireSendable("will response topic", message.responseTopic());
    requireSendable("will content type", message.contentType());
    message.userProperties().forEach(ClientBuilder::sendable);
    gathered.will = lastWill;
    return this;
  }

  /**
   * Which topics this device may use; what the policy does not name is refused before anything is
   * sent. Default none: every publish goes out, and every subscription but those in which no level
   * is a text, such as {@code #} and {@code +/#}.
   */
  public ClientBuilder topics(TopicPolicy policy) {
    gathered.topics = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * Keeps QoS 1 and 2 messages on disk until the broker has them, and with them the state of the
   * session. Default none: they are kept in memory. {@link #build} opens it, on the caller's
   * thread. It takes a {@link #sessionExpiry} above 0.
   */
  public ClientBuilder outbox(Outbox settings) {
    gathered.outbox = Objects.requireNonNull(settings, "settings");
    return this;
  }

  /**
   * Bounds of the queue of messages accepted and not yet acknowledged: 1 to 1,000,000 messages, 1
   * KiB to 1 GiB of payload. Default 1,000 messages and 1 MiB. Above them {@code publish} refuses.
   *
   * <p>With an {@link #outbox}, which has bounds of its own, these hold for what the heap carries:
   * messages on their way to the disk, as many again in flight to the broker, and as many at QoS 0.
   *
   * @throws IllegalArgumentException outside 1 to 1,000,000 messages or 1 KiB to 1 GiB
   */
  public ClientBuilder queue(int messages, long bytes) {
    gathered.queueMessages = (int) inRange("queue messages", messages, 1, 1_000_000);
    gathered.queueBytes = inRange("queue bytes", bytes, 1024, 1L << 30);
    return this;
  }

  /**
   * Bounds over all subscriptions of messages that wait, are being handled, or are unacknowledged
   * by hand: 1 to 1,000,000 messages, 1 KiB to 1 GiB of payload, topic and properties. Default 256
   * messages and 1 MiB. Above them the client stops reading until half is handled, or drops: each
   * subscription says which by {@link SubscribeOptions#withOverflow}.
   *
   * <p>One read of 64 KiB may end beyond the bounds where nothing may be dropped. A message for
   * several subscriptions counts for each.
   *
   * @throws IllegalArgumentException outside 1 to 1,000,000 messages or 1 KiB to 1 GiB
   */
  public ClientBuilder inboundQueue(int messages, long bytes) {
    gathered.inboundMessages = (int) inRange("inbound messages", messages, 1, 1_000_000);
    gathered.inboundBytes = inRange("inbound bytes", bytes, 1024, 1L << 30);
    return this;
  }

  /**
   * Handles messages that fit no subscription of this client: of a session that an earlier run left
   * ({@link #cleanStart}), whose subscriptions the broker still has, before this one subscribed;
   * and what was on its way at {@link SecureMqttClient#unsubscribe}. Default none: they are
   * acknowledged and dropped, with a warning.
   *
   * <p>The handler is served as a subscription with {@link SubscribeOptions#DEFAULT} is: on a lane
   * of its own, one message at a time, acknowledged when it returns, within {@link #inboundQueue}.
   * What a {@link #topics topic policy} does not allow this device to receive is dropped as without
   * a handler. All of them count as {@link InboundCounters#unsolicited}, and not as handled or
   * waiting besides.
   */
  public ClientBuilder unsolicited(MessageHandler handler) {
    gathered.unsolicited = Objects.requireNonNull(handler, "handler");
    return this;
  }

  /** Hears of each change of connection state. Default nobody. */
  public ClientBuilder listener(ConnectionListener connectionListener) {
    gathered.listener = Objects.requireNonNull(connectionListener, "connectionListener");
    return this;
  }

  /**
   * Adds a listener of typed events: attempts with the time of each phase, refusals, re-sends,
   * drops, pauses, rotations. Up to 8, each on a lane of its own. Default none, which costs
   * nothing.
   *
   * @throws IllegalArgumentException at the ninth
   */
  public ClientBuilder events(ClientEvents listener) {
    gathered.telemetry.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Adds a registry for counters, gauges and timers; docs/TELEMETRY.md lists them. They are read
   * when the registry wants them, and go when the client is closed. Up to 8. Default none.
   *
   * @throws IllegalArgumentException at the ninth
   */
  public ClientBuilder metrics(MetricsRegistry registry) {
    gathered.telemetry.add(Objects.requireNonNull(registry, "registry"));
    return this;
  }

  /**
   * Shows the client in JMX, as {@link io.mooring.telemetry.ClientMXBean}, until it is closed. It
   * opens no port. Default not.
   *
   * @throws IllegalStateException if the runtime image has no {@code java.management}
   */
  public ClientBuilder jmx() {
    gathered.telemetry.jmx();
    return this;
  }

  /** Describes every packet in words, for the bench. Default not. */
  public ClientBuilder trace(PacketTrace packets) {
    gathered.telemetry.trace(Objects.requireNonNull(packets, "packets"));
    return this;
  }

  /**
   * Runs handlers, listeners and completions, never on the caller's own thread. Handlers of
   * different subscriptions run at the same time: it takes a thread for each that may block, and
   * one more. Default daemon threads of the client's own, as many as have work.
   */
  public ClientBuilder callbackExecutor(Executor executor) {
    gathered.callbackExecutor = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /** The clock that certificates are checked against. Default the system's. */
  public ClientBuilder clock(Clock source) {
    gathered.clock = Objects.requireNonNull(source, "source");
    return this;
  }

  /**
   * Audits this process for listening sockets, at each connect and on a period. Default not at all:
   * an application may have a reason to listen. A device should not: {@code
   * OutboundOnly.atConnect().refuseToConnect()}.
   */
  public ClientBuilder outboundOnly(OutboundOnly audits) {
    gathered.outboundOnly = Objects.requireNonNull(audits, "audits");
    return this;
  }

  /** What weakens a default; each call logs one warning. */
  public Dangerous dangerous() {
    return new Dangerous();
  }

  /** Options that weaken a default. */
  public final class Dangerous {
    private Dangerous() {}

    /**
     * Connects without authenticating this device: whoever reaches the broker can then do what the
     * device can. The broker is still verified by TLS.
     */
    public ClientBuilder anonymous() {
      LOG.log(
          System.Logger.Level.WARNING,
          "dangerous().anonymous(): this device does not authenticate");
      gathered.anonymous = true;
      return ClientBuilder.this;
    }

    /**
     * Lets a client without a topic policy subscribe to filters in which no level is a text: {@code
     * #}, {@code +/#}, {@code $share/g/#}, {@code $SYS/#}. They bring what every device publishes,
     * and whoever can publish anything reaches this one.
     */
    public ClientBuilder wideSubscriptions() {
      LOG.log(
          System.Logger.Level.WARNING,
          "dangerous().wideSubscriptions(): this device may subscribe to everything");
      gathered.wideSubscriptions = true;
      return ClientBuilder.this;
    }

    /**
     * Writes all that the client says and hears in MQTT to a pcapng file, decrypted: passwords,
     * SCRAM messages and payloads included. The file holds also the secrets of TLS, which open a
     * capture of the same connections from the wire. For the bench, never for a device in the
     * field.
     *
     * @param pcapng a file that does not exist yet; only its owner may read it. {@link #build}
     *     creates it and throws {@link java.io.UncheckedIOException} if that fails
     */
    public ClientBuilder capture(Path pcapng) {
      LOG.log(
          System.Logger.Level.WARNING,
          "dangerous().capture(): passwords, payloads and TLS secrets are written to " + pcapng);
      gathered.telemetry.capture(pcapng);
      return ClientBuilder.this;
    }

    /**
     * Writes the secrets of TLS to a key log (RFC 9850), by which Wireshark decrypts a capture of
     * these connections: whoever has both reads passwords and payloads. For the bench, never for a
     * device in the field.
     *
     * @param file one that does not exist yet; only its owner may read it. {@link #build} creates
     *     it and throws {@link java.io.UncheckedIOException} if that fails
     */
    public ClientBuilder keyLog(Path file) {
      LOG.log(
          System.Logger.Level.WARNING,
          "dangerous().keyLog(): the secrets of every TLS connection are written to " + file);
      gathered.telemetry.keyLog(file);
      return ClientBuilder.this;
    }
  }

  /**
   * Makes the client; nothing is sent until {@link SecureMqttClient#connect} or {@link
   * SecureMqttClient#start}.
   *
   * @throws IllegalStateException if no broker was named; if nothing says who the device is; if an
   *     outbox comes with a session expiry of 0; if {@link #followServerReference} is set and there
   *     are neither pins, nor authorities of one's own, nor a mutual method; or if {@link #topics}
   *     comes with {@link Dangerous#wideSubscriptions}
   * @throws IllegalArgumentException if the authentication's user name takes over 65,535 bytes of
   *     UTF-8, or holds a control character, a noncharacter or a lone surrogate
   * @throws io.mooring.policy.PlaceholderException if the client identifier or user name cannot
   *     stand in the topic policy
   * @throws io.mooring.error.PublishNotAllowedException if the policy does not allow the Will
   * @throws io.mooring.error.OutboxException if the outbox cannot be opened
   * @throws java.io.UncheckedIOException if the file of {@link Dangerous#capture} or {@link
   *     Dangerous#keyLog} exists already or cannot be created
   */
  public SecureMqttClient build() {
    return gathered.client();
  }

  private static UserProperty sendable(UserProperty property) {
    SendableText.require("user property name", property.name());
    SendableText.require("user property value", property.value());
    return property;
  }

  private static void requireSendable(String what, @Nullable String value) {
    if (value != null) {
      SendableText.require(what, value);
    }
  }

  private static Duration wholeSeconds(String option, Duration value, long low, long high) {
    if (value.toNanosPart() != 0) {
      throw new IllegalArgumentException(option + " is in whole seconds; got " + value);
    }
    inRange(option + " in seconds", value.toSeconds(), low, high);
    return value;
  }

  private static long inRange(String option, long value, long low, long high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(option + " is " + low + " to " + high + "; got " + value);
    }
    return value;
  }
}
