package io.mooring.faults;

import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.testkit.TestTls;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A broker for one device that sends as fast as TLS takes it, within Receive Maximum, and listens
 * meanwhile: it keeps numbers where {@link io.mooring.testkit.ScriptedBroker} keeps packets.
 */
final class Flooder implements AutoCloseable {
  private static final int RECEIVE_MAXIMUM = 64;
  private static final int SMALL_SEND_BUFFER = 64 * 1024;
  private static final int BULK_AHEAD = 4;

  /** What {@link #flood} sends is longer, everything else is shorter. */
  private static final int BULK_BYTES = 2_000;

  private final TestIdentity identity = TestCertificates.localhost();
  private final ServerSocket listener;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> subscribed = new LinkedBlockingQueue<>();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong pings = new AtomicLong();
  private final AtomicLong longestSilence = new AtomicLong();
  private volatile IOException failure = new IOException("nobody connected");
  private final BlockingDeque<byte[]> toSend = new LinkedBlockingDeque<>();
  private final Semaphore bulk = new Semaphore(BULK_AHEAD);
  private final Semaphore window = new Semaphore(RECEIVE_MAXIMUM);
  private Socket socket = new Socket();
  private long sentAtQos1;
  private int packetId;

  Flooder() throws IOException {
    listener =
        TestTls.server(identity)
            .getServerSocketFactory()
            .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  int port() {
    return listener.getLocalPort();
  }

  TestIdentity identity() {
    return identity;
  }

  /** Takes the device's connection; the rest of what it says is read on a thread of its own. */
  void accept() throws IOException {
    listener.setSoTimeout(30_000);
    socket = listener.accept();
    socket.setTcpNoDelay(true);
    socket.setSendBufferSize(SMALL_SEND_BUFFER);
    InputStream in = new BufferedInputStream(socket.getInputStream());
    OutputStream out = socket.getOutputStream();
    requireConnect(MqttPackets.read(in));
    toSend.add(MqttPackets.connack(false, 0));
    begin("flooder-reader", () -> read(in));
    begin("flooder-writer", () -> write(out));
  }

  private static void requireConnect(Optional<MqttPacket> first) throws IOException {
    if (first.isEmpty() || first.get().type() != MqttType.CONNECT) {
      throw new IOException("the device began with " + first);
    }
  }

  private static void begin(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void write(OutputStream out) {
    try {
      while (true) {
        byte[] next = toSend.take();
        out.write(next);
        if (next.length >= BULK_BYTES) {
          bulk.release();
        }
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(InputStream in) {
    try {
      long heardAt = System.nanoTime();
      for (Optional<MqttPacket> next = MqttPackets.read(in);
          next.isPresent();
          next = MqttPackets.read(in)) {
        long now = System.nanoTime();
        longestSilence.accumulateAndGet(now - heardAt, Math::max);
        heardAt = now;
        heard(next.get());
      }
      failure = new IOException("the device closed the connection");
    } catch (IOException e) {
      failure = e;
    }
  }

  /** Never waits for the writer: how long the device was silent is measured here. */
  private void heard(MqttPacket packet) {
    if (packet.type() == MqttType.PINGREQ) {
      pings.incrementAndGet();
      toSend.addFirst(MqttPackets.pingresp());
    } else if (packet.type() == MqttType.PUBACK) {
      acknowledged.incrementAndGet();
      window.release();
    } else if (packet instanceof MqttPacket.Subscribe subscribe) {
      toSend.addFirst(MqttPackets.suback(subscribe.packetId(), 1));
      subscribe.subscriptions().forEach(each -> subscribed.add(each.filter()));
    } else if (packet instanceof MqttPacket.Publish publish) {
      toSend.addFirst(MqttPackets.puback(publish.packetId(), 0));
      said.add(publish.payload().toUtf8());
    }
  }

  /** Waits for so many SUBSCRIBEs. */
  void awaitSubscriptions(int count) throws IOException, InterruptedException {
    for (int i = 0; i < count; i++) {
      if (subscribed.poll(30, TimeUnit.SECONDS) == null) {
        throw new IOException("a SUBSCRIBE did not come", failure);
      }
    }
  }

  /**
   * Sends these messages in one piece, one in so many at QoS 1 as far as Receive Maximum is not
   * used up.
   */
  void flood(List<String> topics, byte[] payload, int oneIn) throws InterruptedException {
    List<byte[]> packets = new ArrayList<>(topics.size());
    for (int i = 0; i < topics.size(); i++) {
      packets.add(
          i % oneIn == oneIn - 1 && window.tryAcquire()
              ? MqttPackets.publish(topics.get(i), payload, 1, nextPacketId())
              : MqttPackets.publish(topics.get(i), payload));
    }
    bulk.acquire();
    toSend.add(MqttPackets.concat(packets.toArray(byte[][]::new)));
  }

  /** Sends one message at QoS 1 as soon as Receive Maximum lets it. */
  void send(String topic, byte[] payload) throws IOException, InterruptedException {
    if (!window.tryAcquire(30, TimeUnit.SECONDS)) {
      throw new IOException("the device acknowledged nothing for 30 s", failure);
    }
    toSend.add(MqttPackets.publish(topic, payload, 1, nextPacketId()));
  }

  private int nextPacketId() {
    sentAtQos1++;
    packetId = packetId == 65_535 ? 1 : packetId + 1;
    return packetId;
  }

  /** What the device published next. */
  String next(long seconds) throws IOException, InterruptedException {
    String next = said.poll(seconds, TimeUnit.SECONDS);
    if (next == null) {
      throw new IOException("the device said nothing for " + seconds + " s", failure);
    }
    return next;
  }

  long sentAtQos1() {
    return sentAtQos1;
  }

  long acknowledged() {
    return acknowledged.get();
  }

  long pings() {
    return pings.get();
  }

  /** The longest time without a packet from the device. */
  long longestSilenceMillis() {
    return TimeUnit.NANOSECONDS.toMillis(longestSilence.get());
  }

  @Override
  public void close() throws IOException {
    listener.close();
    socket.close();
  }
}
