package io.mooring.bench.peer;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the messages in flight, as an application does that must not fill its memory: who
 * publishes waits until there is room. Counts what came back.
 */
public final class Window implements Completion {
  private static final long PATIENCE_SECONDS = 60;

  private final int size;
  private final Semaphore room;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** A window of so many messages. */
  public Window(int size) {
    this.size = size;
    this.room = new Semaphore(size);
  }

  /** How many messages may be in flight. */
  public int size() {
    return size;
  }

  /** Waits for room and takes it. */
  public void enter() throws IOException, InterruptedException {
    if (!room.tryAcquire()) {
      await(1);
    }
  }

  @Override
  public void done(@Nullable Throwable cause) {
    if (cause != null) {
      failure.compareAndSet(null, cause);
    }
    room.release();
  }

  /** As many calls of {@link #done}. */
  public void done(int messages) {
    room.release(messages);
  }

  /** Waits until nothing is in flight; fails if any message failed. */
  public void awaitEmpty() throws IOException, InterruptedException {
    await(size);
    room.release(size);
    Throwable cause = failure.get();
    if (cause != null) {
      throw new IOException("A message was not acknowledged: " + cause, cause);
    }
  }

  private void await(int permits) throws IOException, InterruptedException {
    if (!room.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException(
          size
              - room.availablePermits()
              + " messages are unacknowledged after "
              + PATIENCE_SECONDS
              + " s");
    }
  }
}
