package io.mooring.testkit;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * One connection of a {@link ScriptedBroker}, seen from the broker's end. The {@code expect}
 * methods block up to the broker's bound and fail the script with an {@link AssertionError}; the
 * sending methods may also be called by the test's own thread.
 */
public final class Wire {
  private final Socket raw;
  private final Socket stream;
  private final CountingInput in;
  private final OutputStream out;
  private final BrokerState state;
  private final Duration bound;
  private final List<MqttPacket> received = new ArrayList<>();

  /**
   * Opens the broker's end.
   *
   * @param raw the TCP socket
   * @param stream the TLS socket over it, or the TCP socket itself
   */
  Wire(Socket raw, Socket stream, BrokerState state, Duration bound) throws IOException {
    this.raw = raw;
    this.stream = stream;
    this.in = new CountingInput(stream.getInputStream());
    this.out = stream.getOutputStream();
    this.state = state;
    this.bound = bound;
  }

  // Receiving

  /** The next packet, which must be CONNECT. */
  public MqttPacket.Connect expectConnect() throws IOException {
    return expect(MqttType.CONNECT, MqttPacket.Connect.class);
  }

  /** The next packet, which must be AUTH. */
  public MqttPacket.Auth expectAuth() throws IOException {
    return expect(MqttType.AUTH, MqttPacket.Auth.class);
  }

  /** The next packet, which must be PUBLISH. */
  public MqttPacket.Publish expectPublish() throws IOException {
    return expect(MqttType.PUBLISH, MqttPacket.Publish.class);
  }

  /** The next packet, which must be SUBSCRIBE. */
  public MqttPacket.Subscribe expectSubscribe() throws IOException {
    return expect(MqttType.SUBSCRIBE, MqttPacket.Subscribe.class);
  }

  /** The next packet, which must be UNSUBSCRIBE. */
  public MqttPacket.Unsubscribe expectUnsubscribe() throws IOException {
    return expect(MqttType.UNSUBSCRIBE, MqttPacket.Unsubscribe.class);
  }

  /** The next packet, which must be DISCONNECT. */
  public MqttPacket.Disconnect expectDisconnect() throws IOException {
    return expect(MqttType.DISCONNECT, MqttPacket.Disconnect.class);
  }

  /**
   * The next packet, which must be an acknowledgement of the given type.
   *
   * @param type PUBACK, PUBREC, PUBREL or PUBCOMP
   */
  public MqttPacket.Ack expectAck(MqttType type) throws IOException {
    return expect(type, MqttPacket.Ack.class);
  }

  /** The next packet, which must be of the given type. */
  public MqttPacket expectPacket(MqttType type) throws IOException {
    return expect(type, MqttPacket.class);
  }

  /** The end of the client's stream, with no packet before it. */
  public void expectClosed() throws IOException {
    List<MqttPacket> more = readUntilClosed();
    if (!more.isEmpty()) {
      throw new AssertionError("Expected the client to close, but it first sent " + more);
    }
  }

  /**
   * Records packets, silently, until the client closes, resets or sends a TLS alert.
   *
   * @return the packets that came
   * @throws MalformedPacketException if the client sends what is not MQTT 5
   */
  public List<MqttPacket> readUntilClosed() throws IOException {
    List<MqttPacket> more = new ArrayList<>();
    state.idle();
    try {
      stream.setSoTimeout(0);
      for (var next = read(); next.isPresent(); next = read()) {
        more.add(next.get());
      }
    } catch (MalformedPacketException e) {
      throw e;
    } catch (IOException e) {
      // However the client ends the connection, it has ended; the packets before it are the result.
      return more;
    } finally {
      state.busy();
    }
    return more;
  }

  /**
   * The next bytes as they are, for protocols below or beside MQTT.
   *
   * @throws EOFException if the client closes before
   */
  public byte[] readBytes(int count) throws IOException {
    limitReads();
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException(
          "The client closed after %d of %d bytes".formatted(bytes.length, count));
    }
    return bytes;
  }

  /** The next TLS record on a plaintext wire, header included: the ClientHello, for one. */
  public byte[] readTlsRecord() throws IOException {
    byte[] header = readBytes(5);
    int length = ((header[3] & 0xFF) << 8) | (header[4] & 0xFF);
    return MqttPackets.concat(header, readBytes(length));
  }

  // Sending

  /** Sends any bytes and flushes them: over TLS, as one record where they fit in one. */
  public void send(byte[]... parts) throws IOException {
    byte[] all = MqttPackets.concat(parts);
    synchronized (out) {
      out.write(all);
      out.flush();
    }
  }

  /** Sends a packet. */
  public void send(MqttPacket packet) throws IOException {
    send(packet.encode());
  }

  /** Sends the bytes in pieces, each flushed by itself, one right after the other. */
  public void sendDribble(byte[] bytes, int pieceSize) throws IOException, InterruptedException {
    sendDribble(bytes, pieceSize, Duration.ZERO);
  }

  /**
   * Sends the bytes in pieces with a pause after each; ends early, without an error, when the
   * client or the broker closes.
   */
  public void sendDribble(byte[] bytes, int pieceSize, Duration pause)
      throws IOException, InterruptedException {
    for (int from = 0; from < bytes.length; from += pieceSize) {
      byte[] piece = new byte[Math.min(pieceSize, bytes.length - from)];
      System.arraycopy(bytes, from, piece, 0, piece.length);
      send(piece);
      if (state.await(state::closing, pause.toNanos())) {
        return;
      }
    }
  }

  /** Sends CONNACK 0x00 without properties. */
  public void connack() throws IOException {
    connack(MqttPackets.SUCCESS);
  }

  /** Sends CONNACK without properties. */
  public void connack(int reasonCode) throws IOException {
    connack(false, reasonCode, MqttProperties.NONE);
  }

  /** Sends CONNACK. */
  public void connack(boolean sessionPresent, int reasonCode, MqttProperties properties)
      throws IOException {
    send(MqttPackets.connack(sessionPresent, reasonCode, properties));
  }

  /** Sends CONNACK 0x00 with method and data. */
  public void connack(String method, byte[] data) throws IOException {
    Canaries.plantScram(data);
    send(MqttPackets.connack(method, data));
  }

  /** Sends AUTH with method and data. */
  public void auth(int reasonCode, String method, byte[] data) throws IOException {
    Canaries.plantScram(data);
    send(MqttPackets.auth(reasonCode, method, data));
  }

  /** Sends PUBLISH at QoS 0. */
  public void publish(String topic, byte[] payload) throws IOException {
    Canaries.plantPayload("a payload for the client", payload);
    send(MqttPackets.publish(topic, payload));
  }

  /** Sends PUBLISH at any QoS. */
  public void publish(String topic, byte[] payload, int qos, int packetId) throws IOException {
    Canaries.plantPayload("a payload for the client", payload);
    send(MqttPackets.publish(topic, payload, qos, packetId));
  }

  /** Sends PUBACK 0x00. */
  public void puback(int packetId) throws IOException {
    send(MqttPackets.puback(packetId, MqttPackets.SUCCESS));
  }

  /** Sends PUBREC 0x00. */
  public void pubrec(int packetId) throws IOException {
    send(MqttPackets.pubrec(packetId, MqttPackets.SUCCESS));
  }

  /** Sends PUBREL 0x00. */
  public void pubrel(int packetId) throws IOException {
    send(MqttPackets.pubrel(packetId, MqttPackets.SUCCESS));
  }

  /** Sends PUBCOMP 0x00. */
  public void pubcomp(int packetId) throws IOException {
    send(MqttPackets.pubcomp(packetId, MqttPackets.SUCCESS));
  }

  /** Sends SUBACK. */
  public void suback(int packetId, Integer... reasonCodes) throws IOException {
    send(MqttPackets.suback(packetId, reasonCodes));
  }

  /** Sends UNSUBACK. */
  public void unsuback(int packetId, Integer... reasonCodes) throws IOException {
    send(MqttPackets.unsuback(packetId, reasonCodes));
  }

  /** Sends PINGRESP. */
  public void pingresp() throws IOException {
    send(MqttPackets.pingresp());
  }

  /** Sends DISCONNECT without properties. */
  public void disconnect(int reasonCode) throws IOException {
    send(MqttPackets.disconnect(reasonCode));
  }

  /**
   * Serves as a plain broker would, until the client leaves: grants subscriptions, acknowledges
   * messages, answers pings. It delivers nothing of itself.
   */
  public void serve() throws IOException {
    state.idle();
    try {
      stream.setSoTimeout(0);
      boolean goesOn = true;
      while (goesOn) {
        var next = read();
        goesOn = next.isPresent() && answer(next.get());
      }
    } catch (MalformedPacketException e) {
      throw e;
    } catch (IOException e) {
      // However the client ends the connection, it has ended; what it sent is recorded.
      return;
    } finally {
      state.busy();
    }
  }

  // Waiting and ending

  /** Says nothing and reads nothing until the broker is closed. */
  public void stall() throws InterruptedException {
    state.idle();
    try {
      boolean closing = false;
      while (!closing) {
        closing = state.await(state::closing, bound.toNanos());
      }
    } finally {
      state.busy();
    }
  }

  /** Waits until the test calls {@link ScriptedBroker#cue} with this name. */
  public void awaitCue(String name) throws InterruptedException {
    if (!state.await(() -> state.cued(name) || state.closing(), bound.toNanos())) {
      throw new AssertionError("The test gave no cue '" + name + "' within " + bound);
    }
  }

  /** Sends close_notify (over TLS) and the end of the stream; the client may still send. */
  public void closeNotify() throws IOException {
    if (stream.isClosed() || stream.isOutputShutdown()) {
      return;
    }
    synchronized (out) {
      stream.shutdownOutput();
    }
  }

  /** Ends the TCP stream without close_notify: a truncation, to a TLS client. */
  public void closeWithoutNotify() throws IOException {
    raw.shutdownOutput();
  }

  /**
   * Resets the TCP connection. By the test's own thread that may be as soon as the client has heard
   * from the script, which need not have come to its next line.
   */
  public void closeAbruptly() throws IOException {
    raw.setSoLinger(true, 0);
    raw.close();
  }

  // What has been seen

  /** The packets received on this connection so far. */
  public List<MqttPacket> received() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  /** The number of bytes received on this connection so far, after decryption. */
  public long bytesReceived() {
    return in.count();
  }

  /** The TLS session: protocol, suite, client certificates. Empty on a plaintext wire. */
  public Optional<SSLSession> tlsSession() {
    return stream instanceof SSLSocket tls ? Optional.of(tls.getSession()) : Optional.empty();
  }

  /** The ALPN protocol agreed on; empty if none was. */
  public Optional<String> applicationProtocol() {
    return stream instanceof SSLSocket tls
        ? Optional.ofNullable(tls.getApplicationProtocol()).filter(name -> !name.isEmpty())
        : Optional.empty();
  }

  private <T extends MqttPacket> T expect(MqttType type, Class<T> shape) throws IOException {
    limitReads();
    Optional<MqttPacket> next;
    try {
      next = read();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("Expected %s, but nothing came within %s".formatted(type, bound), e);
    }
    MqttPacket packet =
        next.orElseThrow(
            () -> new AssertionError("Expected " + type + ", but the client closed instead"));
    if (packet.type() != type) {
      throw new AssertionError("Expected " + type + ", but the client sent " + packet);
    }
    return shape.cast(packet);
  }

  private Optional<MqttPacket> read() throws IOException {
    Optional<MqttPacket> next = MqttPackets.read(in);
    next.ifPresent(
        packet -> {
          CanaryFixtures.passed(packet);
          synchronized (received) {
            received.add(packet);
          }
          state.received(packet);
        });
    return next;
  }

  private boolean answer(MqttPacket packet) throws IOException {
    if (packet instanceof MqttPacket.Publish publish && publish.qos() == 1) {
      puback(publish.packetId());
    } else if (packet instanceof MqttPacket.Publish publish && publish.qos() == 2) {
      pubrec(publish.packetId());
    } else if (packet instanceof MqttPacket.Ack ack && ack.type() == MqttType.PUBREL) {
      pubcomp(ack.packetId());
    } else if (packet instanceof MqttPacket.Ack ack && ack.type() == MqttType.PUBREC) {
      pubrel(ack.packetId());
    } else if (packet instanceof MqttPacket.Subscribe subscribe) {
      suback(
          subscribe.packetId(),
          subscribe.subscriptions().stream()
              .map(MqttPacket.Subscription::qos)
              .toArray(Integer[]::new));
    } else if (packet instanceof MqttPacket.Unsubscribe unsubscribe) {
      unsuback(
          unsubscribe.packetId(),
          unsubscribe.filters().stream().map(filter -> 0).toArray(Integer[]::new));
    } else if (packet.type() == MqttType.PINGREQ) {
      pingresp();
    }
    return packet.type() != MqttType.DISCONNECT;
  }

  private void limitReads() throws IOException {
    stream.setSoTimeout(Math.toIntExact(bound.toMillis()));
  }

  private static final class CountingInput extends FilterInputStream {
    private long count;

    private CountingInput(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      add(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      add(Math.max(0, read));
      return read;
    }

    private synchronized void add(int more) {
      count += more;
    }

    private synchronized long count() {
      return count;
    }
  }
}
