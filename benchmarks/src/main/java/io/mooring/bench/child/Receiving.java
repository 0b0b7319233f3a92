package io.mooring.bench.child;

import io.mooring.bench.peer.Session;
import io.mooring.bench.peer.Sink;
import io.mooring.bench.peer.Window;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks the feeder for messages and counts them: a message to {@link #ORDERS} with QoS, size and
 * number, and when all is prepared the word ready comes back on {@link #TOPIC}. After {@link #GO}
 * come as many messages and, at QoS 1 behind them, the mark of the end.
 */
public final class Receiving implements Sink {
  /** Where the feeder takes orders: {@code qos size count} in decimal, with blanks between. */
  public static final String ORDERS = "bench/orders";

  /** The order to send what was prepared. */
  public static final String GO = "go";

  /** Where the feeder sends. */
  public static final String TOPIC = "bench/device/down";

  /** The length of the payload that says ready, which no other message has. */
  public static final int READY_LENGTH = 2;

  /** The length of the last message's payload, which no other message has. */
  public static final int END_LENGTH = 3;

  private static final long PATIENCE_SECONDS = 60;

  private final AtomicLong messages = new AtomicLong();
  private volatile @Nullable CountDownLatch ready;
  private volatile @Nullable CountDownLatch end;

  private final Session session;

  private Receiving(Session session) {
    this.session = session;
  }

  static Receiving on(Session session, int qos) throws Exception {
    Receiving counter = new Receiving(session);
    session.subscribe(TOPIC, Math.max(1, qos), counter);
    return counter;
  }

  Reply run(Worker.Command command) throws Exception {
    int count = command.number("count");
    String order = command.number("qos") + " " + command.number("size") + " " + count;
    CountDownLatch prepared = new CountDownLatch(1);
    ready = prepared;
    CountDownLatch ended = new CountDownLatch(1);
    end = ended;
    send(order);
    if (!prepared.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("The feeder was not ready within 60 s");
    }
    messages.set(0);
    Meter meter = Meter.start();
    send(GO);
    if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          messages.get() + " of " + count + " messages and no end within 60 s");
    }
    return meter.stop(new Reply()).add("lost", count - messages.get());
  }

  private void send(String order) throws Exception {
    session.publish(ORDERS, 0, order.getBytes(StandardCharsets.US_ASCII), new Window(1));
  }

  @Override
  public void message(int length) {
    if (length > END_LENGTH) {
      messages.lazySet(messages.getPlain() + 1);
      return;
    }
    CountDownLatch awaited = length == END_LENGTH ? end : ready;
    if (awaited != null) {
      awaited.countDown();
    }
  }
}
