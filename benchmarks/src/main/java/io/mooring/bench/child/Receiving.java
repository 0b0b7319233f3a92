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
 * Asks the feeder for messages and counts them: a message to {@link #GO} with QoS, size and number,
 * and back come as many on {@link #TOPIC} and, at QoS 1 behind them, the mark of the end.
 */
public final class Receiving implements Sink {
  /** Where the feeder takes orders: {@code qos size count} in decimal, with blanks between. */
  public static final String GO = "bench/go";

  /** Where the feeder sends. */
  public static final String TOPIC = "bench/device/down";

  /** The length of the last message's payload, which no other message has. */
  public static final int END_LENGTH = 3;

  private static final long PATIENCE_SECONDS = 60;

  private final AtomicLong messages = new AtomicLong();
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
    messages.set(0);
    CountDownLatch ended = new CountDownLatch(1);
    end = ended;
    Meter meter = Meter.start();
    session.publish(GO, 0, order.getBytes(StandardCharsets.US_ASCII), new Window(1));
    if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          messages.get() + " of " + count + " messages and no end within 60 s");
    }
    return meter.stop(new Reply()).add("lost", count - messages.get());
  }

  @Override
  public void message(int length) {
    CountDownLatch waiting = end;
    if (length == END_LENGTH && waiting != null) {
      waiting.countDown();
    } else {
      messages.lazySet(messages.getPlain() + 1);
    }
  }
}
