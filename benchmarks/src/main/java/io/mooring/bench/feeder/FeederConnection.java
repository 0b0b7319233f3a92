package io.mooring.bench.feeder;

import io.mooring.bench.child.Receiving;
import io.mooring.bench.feeder.FeederInput.Packet;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLSocket;

/**
 * The feeder's side of one connection: one thread reads, and one writes while an order runs. At QoS
 * 0 and 1 everything is encrypted before the client is told that it is ready; at QoS 2 it cannot
 * be, since PUBREL answers between the messages.
 */
final class FeederConnection {
  private static final int CONNECT = 1;
  private static final int PUBLISH = 3;
  private static final int PUBREC = 5;
  private static final int PUBREL = 6;
  private static final int SUBSCRIBE = 8;
  private static final int PINGREQ = 12;
  private static final int DISCONNECT = 14;
  private static final int MOST_IN_FLIGHT = 60_000;
  private static final int LAST_ID = 0xFFFF;

  private final FeederInput in;
  private final OutputStream tls;
  private final HeldSocket.Output network;
  private final Sealed.Pool pool;
  private final Semaphore quota = new Semaphore(0);
  private final Semaphore go = new Semaphore(0);
  private final Deque<byte[]> later = new ArrayDeque<>();
  private boolean holding;
  private int lastId;

  FeederConnection(SSLSocket socket, HeldSocket held, Sealed.Pool pool) throws IOException {
    this.in = new FeederInput(socket.getInputStream());
    this.tls = socket.getOutputStream();
    this.network = held.getOutputStream();
    this.pool = pool;
  }

  void run() throws IOException {
    while (true) {
      in.read();
      for (Packet packet = in.next(); packet != null; packet = in.next()) {
        if (packet.type() == DISCONNECT) {
          return;
        }
        handle(packet);
      }
      int acknowledged = in.acknowledged();
      if (acknowledged > 0) {
        quota.release(acknowledged);
      }
    }
  }

  private void handle(Packet packet) throws IOException {
    byte[] body = packet.body();
    switch (packet.type()) {
      case CONNECT -> {
        int maximum = FeederPackets.receiveMaximum(ByteBuffer.wrap(body));
        quota.release(Math.min(maximum, MOST_IN_FLIGHT));
        write(new byte[] {0x20, 3, 0, 0, 0});
      }
      case SUBSCRIBE -> write(new byte[] {(byte) 0x90, 4, body[0], body[1], 0, 2});
      case PUBLISH -> order(FeederPackets.payload(packet.first(), ByteBuffer.wrap(body)));
      case PUBREC -> write(new byte[] {PUBREL << 4 | 2, 2, body[0], body[1]});
      case PINGREQ -> write(new byte[] {(byte) 0xD0, 0});
      default -> {}
    }
  }

  private void order(ByteBuffer payload) {
    String text = StandardCharsets.US_ASCII.decode(payload).toString();
    if (text.equals(Receiving.GO)) {
      go.release();
      return;
    }
    String[] words = text.split(" ", -1);
    int qos = Integer.parseInt(words[0]);
    int size = Integer.parseInt(words[1]);
    int count = Integer.parseInt(words[2]);
    Thread writer = new Thread(() -> send(qos, size, count), "feeder-writer");
    writer.setDaemon(true);
    writer.start();
  }

  private void send(int qos, int size, int count) {
    try {
      if (qos == 2) {
        live(size, count);
      } else {
        sealed(qos, size, count);
      }
    } catch (IOException e) {
      // The client is gone; it says itself what it misses.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sealed(int qos, int size, int count) throws IOException, InterruptedException {
    synchronized (later) {
      holding = true;
    }
    // In the order of sending, which the records' numbers are bound to: what says ready goes first.
    byte[] word = FeederPackets.publish(0, Receiving.READY_LENGTH);
    Sealed ready = seal(word, word.length, 0);
    byte[] message = FeederPackets.publish(qos, size);
    byte[] block = FeederPackets.repeated(message, Math.max(1, Sealed.PLAINTEXT / message.length));
    int each = block.length / message.length;
    List<Sealed> all = new ArrayList<>();
    for (int sent = 0; sent < count; sent += each) {
      int batch = Math.min(each, count - sent);
      if (qos > 0) {
        number(block, message.length, size, batch);
      }
      all.add(seal(block, batch * message.length, qos > 0 ? batch : 0));
    }
    byte[] end = FeederPackets.publish(1, Receiving.END_LENGTH);
    number(end, end.length, Receiving.END_LENGTH, 1);
    all.add(seal(end, end.length, 1));
    network.send(ready.bytes(), ready.length());
    pool.give(ready.bytes());
    go.acquire();
    for (Sealed records : all) {
      quota.acquire(records.messages());
      network.send(records.bytes(), records.length());
      pool.give(records.bytes());
    }
    synchronized (later) {
      holding = false;
      for (byte[] packet = later.poll(); packet != null; packet = later.poll()) {
        tls.write(packet);
      }
    }
  }

  private Sealed seal(byte[] plaintext, int length, int messages) throws IOException {
    byte[] into = pool.take();
    network.hold(into);
    tls.write(plaintext, 0, length);
    return new Sealed(into, network.take(), messages);
  }

  private void live(int size, int count) throws IOException, InterruptedException {
    write(FeederPackets.publish(0, Receiving.READY_LENGTH));
    byte[] message = FeederPackets.publish(2, size);
    int each = Math.max(1, Sealed.PLAINTEXT / message.length);
    byte[] block = FeederPackets.repeated(message, each);
    go.acquire();
    int sent = 0;
    while (sent < count) {
      quota.acquire();
      int batch = 1 + drain(Math.min(each, count - sent) - 1);
      number(block, message.length, size, batch);
      synchronized (later) {
        tls.write(block, 0, batch * message.length);
      }
      sent += batch;
    }
    byte[] end = FeederPackets.publish(1, Receiving.END_LENGTH);
    number(end, end.length, Receiving.END_LENGTH, 1);
    quota.acquire();
    write(end);
  }

  /** Takes what the client has room for, at most so many. */
  private int drain(int most) {
    int free = Math.min(most, quota.availablePermits());
    return free > 0 && quota.tryAcquire(free) ? free : 0;
  }

  private void number(byte[] block, int length, int size, int messages) {
    for (int i = 1; i <= messages; i++) {
      lastId = lastId == LAST_ID ? 1 : lastId + 1;
      FeederPackets.putId(block, i * length - size, lastId);
    }
  }

  /**
   * While records wait that are sealed already, whatever else there is to say waits behind them.
   */
  private void write(byte[] packet) throws IOException {
    synchronized (later) {
      if (holding) {
        later.add(packet);
      } else {
        tls.write(packet);
      }
    }
  }
}
