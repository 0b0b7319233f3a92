package io.mooring.bench.run;

import io.mooring.bench.child.Receiving;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/** The feeder's side of one connection: one thread reads, and one writes while an order runs. */
final class FeederConnection {
  private static final int CONNECT = 1;
  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;
  private static final int PUBREC = 5;
  private static final int PUBREL = 6;
  private static final int PUBCOMP = 7;
  private static final int SUBSCRIBE = 8;
  private static final int PINGREQ = 12;
  private static final int DISCONNECT = 14;
  private static final int RECEIVE_MAXIMUM = 0x21;
  private static final int INPUT_BYTES = 64 * 1024;
  private static final int BLOCK_BYTES = 64 * 1024;
  private static final int MOST_IN_FLIGHT = 60_000;
  private static final int LAST_ID = 0xFFFF;

  private final DataInputStream in;
  private final OutputStream out;
  private final Semaphore quota = new Semaphore(0);
  private int lastId;

  FeederConnection(InputStream in, OutputStream out) {
    this.in = new DataInputStream(new BufferedInputStream(in, INPUT_BYTES));
    this.out = out;
  }

  void run() throws IOException {
    while (true) {
      int first = in.readUnsignedByte();
      byte[] body = in.readNBytes(remainingLength());
      switch (first >> 4) {
        case CONNECT -> {
          quota.release(Math.min(receiveMaximum(ByteBuffer.wrap(body)), MOST_IN_FLIGHT));
          write(0x20, 3, 0, 0, 0);
        }
        case SUBSCRIBE -> write(0x90, 4, body[0], body[1], 0, 2);
        case PUBLISH -> order(first, ByteBuffer.wrap(body));
        case PUBACK, PUBCOMP -> quota.release();
        case PUBREC -> write(PUBREL << 4 | 2, 2, body[0], body[1]);
        case PINGREQ -> write(0xD0, 0);
        case DISCONNECT -> {
          return;
        }
        default -> {}
      }
    }
  }

  private int remainingLength() throws IOException {
    int length = 0;
    int shift = 0;
    int digit;
    do {
      digit = in.readUnsignedByte();
      length |= (digit & 0x7F) << shift;
      shift += 7;
    } while (digit > 0x7F);
    return length;
  }

  /** Receive Maximum of a CONNECT, as far as the clients here use its properties. */
  private static int receiveMaximum(ByteBuffer connect) {
    connect.position(10);
    int length = connect.get();
    int end = connect.position() + length;
    while (connect.position() < end) {
      int property = connect.get();
      switch (property) {
        case RECEIVE_MAXIMUM -> {
          return connect.getShort() & 0xFFFF;
        }
        case 0x11, 0x27 -> connect.getInt();
        case 0x22 -> connect.getShort();
        case 0x17, 0x19 -> connect.get();
        case 0x26 -> {
          skipText(connect);
          skipText(connect);
        }
        default -> throw new IllegalStateException("CONNECT with property " + property);
      }
    }
    return LAST_ID;
  }

  private static void skipText(ByteBuffer buffer) {
    int length = buffer.getShort() & 0xFFFF;
    buffer.position(buffer.position() + length);
  }

  private void order(int first, ByteBuffer publish) {
    publish.position(2 + publish.getShort(0));
    if ((first & 6) != 0) {
      publish.getShort();
    }
    int properties = publish.get();
    publish.position(publish.position() + properties);
    String[] words = StandardCharsets.US_ASCII.decode(publish).toString().split(" ", -1);
    int qos = Integer.parseInt(words[0]);
    int size = Integer.parseInt(words[1]);
    int count = Integer.parseInt(words[2]);
    Thread writer = new Thread(() -> send(qos, size, count), "feeder-writer");
    writer.setDaemon(true);
    writer.start();
  }

  private void send(int qos, int size, int count) {
    try {
      byte[] message = message(qos, size);
      int each = Math.max(1, BLOCK_BYTES / message.length);
      byte[] block = repeated(message, each);
      int idAt = message.length - size - 3;
      int sent = 0;
      while (sent < count) {
        int batch = Math.min(each, count - sent);
        if (qos > 0) {
          quota.acquire();
          batch = 1 + drain(batch - 1);
          for (int i = 0; i < batch; i++) {
            putId(block, i * message.length + idAt);
          }
        }
        synchronized (out) {
          out.write(block, 0, batch * message.length);
        }
        sent += batch;
      }
      byte[] end = message(1, Receiving.END_LENGTH);
      putId(end, end.length - Receiving.END_LENGTH - 3);
      quota.acquire();
      write(end);
    } catch (IOException e) {
      // The client is gone; it says itself what it misses.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes what the client has room for, at most so many. */
  private int drain(int most) {
    int free = Math.min(most, quota.availablePermits());
    return free > 0 && quota.tryAcquire(free) ? free : 0;
  }

  private void putId(byte[] block, int at) {
    lastId = lastId == LAST_ID ? 1 : lastId + 1;
    block[at] = (byte) (lastId >> 8);
    block[at + 1] = (byte) lastId;
  }

  private static byte[] repeated(byte[] message, int times) {
    byte[] block = new byte[message.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(message, 0, block, i * message.length, message.length);
    }
    return block;
  }

  /** A PUBLISH whose identifier, if any, stands three bytes before the payload. */
  private static byte[] message(int qos, int size) {
    byte[] topic = Receiving.TOPIC.getBytes(StandardCharsets.UTF_8);
    int rest = 2 + topic.length + (qos > 0 ? 2 : 0) + 1 + size;
    ByteBuffer packet = ByteBuffer.allocate(rest + 5).put((byte) (0x30 | qos << 1));
    int left = rest;
    while (left > 0x7F) {
      packet.put((byte) ((left & 0x7F) | 0x80));
      left >>= 7;
    }
    packet.put((byte) left).putShort((short) topic.length).put(topic);
    if (qos > 0) {
      packet.putShort((short) 0);
    }
    packet.put((byte) 0).put(new byte[size]).flip();
    byte[] bytes = new byte[packet.remaining()];
    packet.get(bytes);
    return bytes;
  }

  private void write(int... bytes) throws IOException {
    byte[] packet = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      packet[i] = (byte) bytes[i];
    }
    write(packet);
  }

  private void write(byte[] packet) throws IOException {
    synchronized (out) {
      out.write(packet);
    }
  }
}
