package io.mooring.examples.esp32bridge.link;

import io.mooring.examples.esp32bridge.link.DeviceKey.SessionKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A device as the page describes it, short and slow, under simulated time. It shares the codec and
 * the windows with the bridge; the firmware's own C code meets the bridge in the integration tests.
 */
final class SimulatedDevice {
  private static final long MILLI = 1_000_000;

  private final TestKey key;
  private final String id;
  private final Random random;
  private final long stream;
  private final FrameSplitter splitter = new FrameSplitter(8192);
  private final Deque<byte[]> out = new ArrayDeque<>();
  final Map<Long, String> unsettled = new TreeMap<>();
  final List<String> done = new ArrayList<>();
  private long lastDown;
  private long downStream;
  private byte[] hello;
  private byte[] nonce;
  private long helloAt = Long.MIN_VALUE / 2;
  private int hellos;
  private SessionKeys keys;
  private SendWindow sending;
  private ReceiveWindow receiving;
  private final Deque<Object[]> waiting = new ArrayDeque<>();
  private long counterOut;
  private long counterIn;
  private long lastSent;
  private long lastVerified;
  private boolean answer;
  private boolean nak;
  private int pongToken = -1;

  SimulatedDevice(String id, byte[] key, long stream, Random random) {
    this.id = id;
    this.key = new TestKey(key);
    this.stream = stream;
    this.random = random;
  }

  boolean isLive() {
    return keys != null;
  }

  /** The bytes that it has to say now. */
  byte[] tick(long now) {
    if (keys == null) {
      call(now);
    } else {
      if (!sending.tick(now) || now - lastVerified > 15_000 * MILLI) {
        keys = null;
      } else {
        serve(now);
      }
    }
    return out.poll();
  }

  void received(byte[] bytes, long now) {
    splitter.feed(bytes, bytes.length, frame -> frame(frame, now), () -> nak = keys != null);
  }

  private void call(long now) {
    if (now - helloAt < 1000 * MILLI) {
      return;
    }
    helloAt = now;
    if (hello == null || hellos++ == 3) {
      hellos = 1;
      nonce = new byte[16];
      random.nextBytes(nonce);
      byte[] name = id.getBytes(StandardCharsets.US_ASCII);
      byte[] payload =
          ByteBuffer.allocate(30 + name.length)
              .put((byte) 1)
              .put((byte) 0)
              .putShort((short) 512)
              .put(nonce)
              .putLong(stream)
              .put((byte) name.length)
              .put(name)
              .put((byte) 0)
              .array();
      hello = Frame.content(FrameType.HELLO, 4, 0, 0, 1, payload);
    }
    out.add(Lines.afterDelimiter(Frame.line(hello, key.helloKey(id).tag(hello))));
  }

  private void frame(Frame frame, long now) {
    if (frame.type() == FrameType.WELCOME.code() && keys == null && hello != null) {
      welcome(frame, now);
    } else if (keys != null && frame.type() >= 0x10 && keys.down().verifies(frame)) {
      session(frame, now);
    }
  }

  private void welcome(Frame frame, long now) {
    if (!Arrays.equals(nonce, Arrays.copyOfRange(frame.payload(), 4, 20))) {
      return;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(hello);
      digest.update(frame.content());
      SessionKeys fresh = key.sessionKeys(digest.digest());
      if (!fresh.down().verifies(frame)) {
        return;
      }
      keys = fresh;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
    long down = ByteBuffer.wrap(frame.payload()).getLong(36);
    if (down != downStream) {
      downStream = down;
      lastDown = 0;
    }
    hello = null;
    sending = new SendWindow(4, 115_200, 1 + frame.credit());
    receiving = new ReceiveWindow(4);
    counterOut = 0;
    counterIn = 0;
    lastVerified = now;
    waiting.clear();
    unsettled.forEach(
        (number, text) ->
            waiting.add(
                new Object[] {
                  FrameType.PUBLISH,
                  new LineMessage(
                          1, false, number, "t", null, text.getBytes(StandardCharsets.UTF_8))
                      .payload()
                }));
    answer = true;
    pongToken = 0;
  }

  private void session(Frame frame, long now) {
    if (frame.counter() <= counterIn) {
      return;
    }
    counterIn = frame.counter();
    lastVerified = now;
    sending.acknowledged(frame.ack(), frame.credit(), now);
    if (frame.type() == FrameType.NAK.code()) {
      sending.refused(frame.ack(), now);
    } else if (frame.type() == FrameType.PING.code()) {
      pongToken = ByteBuffer.wrap(frame.payload()).getInt();
    } else if (frame.type() == FrameType.BYE.code()) {
      keys = null;
    } else if (frame.seq() != 0) {
      switch (receiving.arrived(frame.seq(), false)) {
        case TAKEN -> taken(frame);
        case GAP -> nak = true;
        default -> answer = true;
      }
    }
  }

  private void taken(Frame frame) {
    answer = true;
    if (frame.type() == FrameType.RESULT.code()) {
      unsettled.remove(ByteBuffer.wrap(frame.payload()).getInt() & 0xFFFF_FFFFL);
    } else if (frame.type() == FrameType.PUBLISH.code()) {
      LineMessage message = LineMessage.read(frame.payload());
      if (message.number() > lastDown) {
        lastDown = message.number();
        done.add(new String(message.content(), StandardCharsets.UTF_8));
      }
      byte[] result = ByteBuffer.allocate(5).putInt((int) message.number()).put((byte) 0).array();
      waiting.addFirst(new Object[] {FrameType.RESULT, result});
    }
  }

  private void serve(long now) {
    if (nak) {
      nak = false;
      send(FrameType.NAK, 0, new byte[0], now);
    }
    if (pongToken >= 0) {
      byte[] payload = ByteBuffer.allocate(40).putInt(pongToken).array();
      pongToken = -1;
      send(FrameType.PING, 0, payload, now);
    }
    for (SendWindow.Sent sent = sending.again(now); sent != null; sent = sending.again(now)) {
      send(sent.type(), sent.seq(), sent.payload(), now);
    }
    while (!waiting.isEmpty() && sending.hasRoom()) {
      Object[] next = waiting.remove();
      SendWindow.Sent sent = sending.add((FrameType) next[0], (byte[]) next[1], 1, now);
      send(sent.type(), sent.seq(), sent.payload(), now);
    }
    if (answer || now - lastSent > 500 * MILLI) {
      send(FrameType.ACK, 0, new byte[0], now);
    }
  }

  private void send(FrameType type, int seq, byte[] payload, long now) {
    byte[] content =
        Frame.content(type, receiving.credit(), ++counterOut, seq, receiving.expected(), payload);
    receiving.told();
    answer = false;
    lastSent = now;
    out.add(Lines.afterDelimiter(Frame.line(content, keys.up().tag(content))));
  }
}
