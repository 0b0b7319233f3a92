package io.mooring.bench.peer;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The caller encodes into one buffer and writes it when it is full or the window is; one thread
 * reads.
 */
final class RawSession implements Session {
  private static final int CONNACK = 2;
  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;
  private static final int PUBREC = 5;
  private static final int PUBREL = 6;
  private static final int PUBCOMP = 7;
  private static final int SUBACK = 9;
  private static final int FIRST_ERROR = 0x80;
  private static final int INPUT_BYTES = 64 * 1024;

  private final SSLSocket socket;
  private final RawOutput out;
  private final Thread reader = new Thread(this::read, "raw-reader");
  private final CountDownLatch subscribed = new CountDownLatch(1);
  private final Semaphore acknowledged = new Semaphore(0);
  private volatile @Nullable Completion completion;
  private volatile @Nullable IOException failure;
  private @Nullable Sink sink;

  private RawSession(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.out = new RawOutput(socket.getOutputStream());
  }

  static RawSession open(SSLSocket socket, String clientId) throws IOException {
    RawSession session = new RawSession(socket);
    session.out.connect(clientId);
    InputStream in = socket.getInputStream();
    byte[] head = in.readNBytes(4);
    if (head.length < 4 || head[0] >> 4 != CONNACK || head[3] != 0) {
      throw new IOException("No CONNACK that accepts");
    }
    in.skipNBytes(head[1] - 2L);
    session.reader.setDaemon(true);
    session.reader.start();
    return session;
  }

  @Override
  public void publish(String topic, int qos, byte[] payload, Completion done) throws IOException {
    if (qos == 0) {
      synchronized (out) {
        out.publish(topic.getBytes(StandardCharsets.UTF_8), qos, payload);
        out.flush();
      }
      done.done(null);
    } else {
      completion = done;
      synchronized (out) {
        out.publish(topic.getBytes(StandardCharsets.UTF_8), qos, payload);
        out.flush();
      }
    }
  }

  /** Writes before it waits, never after each message. */
  @Override
  public void publishMany(int qos, byte[] payload, int count, Window window)
      throws IOException, InterruptedException {
    completion = null;
    byte[] topic = TOPIC.getBytes(StandardCharsets.UTF_8);
    int sent = 0;
    int inFlight = 0;
    while (sent < count) {
      int batch = Math.min(window.size() - inFlight, count - sent);
      synchronized (out) {
        for (int i = 0; i < batch; i++) {
          out.publish(topic, qos, payload);
        }
        out.flush();
      }
      sent += batch;
      if (qos > 0) {
        inFlight += batch - awaitSome(inFlight + batch);
      }
    }
    while (inFlight > 0) {
      inFlight -= awaitSome(inFlight);
    }
  }

  /** Waits for one acknowledgement and takes all that came with it. */
  private int awaitSome(int inFlight) throws IOException, InterruptedException {
    acknowledged.acquire();
    int taken = 1 + acknowledged.drainPermits();
    IOException broken = failure;
    if (broken != null) {
      throw broken;
    }
    if (taken > inFlight) {
      throw new IOException(taken + " acknowledgements for " + inFlight + " messages");
    }
    return taken;
  }

  @Override
  public void subscribe(String filter, int qos, Sink messages)
      throws IOException, InterruptedException {
    sink = messages;
    synchronized (out) {
      out.subscribe(filter, qos);
      out.flush();
    }
    subscribed.await();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    synchronized (out) {
      out.disconnect();
      out.flush();
    }
    socket.close();
    reader.join();
  }

  private void read() {
    try {
      InputStream in = socket.getInputStream();
      byte[] input = new byte[INPUT_BYTES];
      int end = 0;
      for (int got = in.read(input); got >= 0; got = in.read(input, end, input.length - end)) {
        end += got;
        int used = packets(input, end);
        System.arraycopy(input, used, input, 0, end - used);
        end -= used;
      }
      throw new EOFException("The broker closed the connection");
    } catch (IOException e) {
      failure = e;
      acknowledged.release();
    }
  }

  /** Handles the whole packets at the start of the input and returns their length. */
  private int packets(byte[] input, int end) throws IOException {
    int position = 0;
    int acks = 0;
    boolean answered = false;
    while (end - position >= 2) {
      int body = position + 1;
      int length = 0;
      int shift = 0;
      int digit;
      do {
        if (body == end) {
          return finish(position, acks, answered);
        }
        digit = input[body++];
        length |= (digit & 0x7F) << shift;
        shift += 7;
      } while (digit < 0);
      if (end - body < length) {
        break;
      }
      int type = (input[position] & 0xFF) >> 4;
      switch (type) {
        case PUBACK, PUBCOMP -> {
          requireSuccess(input, body, length);
          acks++;
        }
        case PUBREC -> {
          requireSuccess(input, body, length);
          out.acknowledge(PUBREL << 4 | 2, input[body], input[body + 1]);
          answered = true;
        }
        case PUBREL -> {
          out.acknowledge(PUBCOMP << 4, input[body], input[body + 1]);
          answered = true;
        }
        case PUBLISH -> answered |= message(input, body, length, input[position] >> 1 & 3);
        case SUBACK -> subscribed.countDown();
        default -> {}
      }
      position = body + length;
    }
    return finish(position, acks, answered);
  }

  private int finish(int position, int acks, boolean answered) throws IOException {
    if (answered) {
      synchronized (out) {
        out.flush();
      }
    }
    if (acks > 0) {
      Completion single = completion;
      if (single == null) {
        acknowledged.release(acks);
      } else {
        for (int i = 0; i < acks; i++) {
          single.done(null);
        }
      }
    }
    return position;
  }

  private boolean message(byte[] input, int body, int length, int qos) throws IOException {
    int at = body + 2 + (((input[body] & 0xFF) << 8) | (input[body + 1] & 0xFF));
    int id = at;
    if (qos > 0) {
      at += 2;
    }
    at += 1 + input[at];
    Sink known = sink;
    if (known != null) {
      known.message(body + length - at);
    }
    if (qos == 0) {
      return false;
    }
    out.acknowledge((qos == 1 ? PUBACK : PUBREC) << 4, input[id], input[id + 1]);
    return true;
  }

  private static void requireSuccess(byte[] input, int body, int length) throws IOException {
    if (length > 2 && (input[body + 2] & 0xFF) >= FIRST_ERROR) {
      throw new IOException("Reason Code " + (input[body + 2] & 0xFF));
    }
  }
}
