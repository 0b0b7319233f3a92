package io.mooring.cli;

import io.mooring.ConnectionListener;
import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.Publication;
import io.mooring.SecureMqttClient;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.PublishException;
import io.mooring.error.QueueFullException;
import io.mooring.error.TimeoutException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes through an outbox: says {@code accepted N} once line N is durable and {@code delivered
 * N} at its acknowledgement, with the broker there or not. After the last line it waits until
 * nothing is left, of earlier runs either.
 */
final class OutboxPublisher implements ConnectionListener, StdinLines.Sink {
  /** Lines read and not yet durable. */
  private static final int UNDECIDED = 64;

  /** Room for all of them. */
  static final int QUEUE_BYTES = UNDECIDED * StdinLines.MAX_LINE;

  private static final long LOOK_MILLIS = 50;

  private final Message.Builder message;
  private final Duration patience;
  private final Terminal terminal;
  private final StdinLines lines;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Deque<Message> unpublished = new ArrayDeque<>();
  private @Nullable MooringException stopped;
  private boolean inputEnded;
  private long published;
  private long open;
  private long notDelivered;
  private int lastPending = -1;
  private long lastProgress = System.nanoTime();

  OutboxPublisher(
      InputStream input, Message.Builder message, Duration patience, Terminal terminal) {
    this.message = message;
    this.patience = patience;
    this.terminal = terminal;
    this.lines = new StdinLines(input, UNDECIDED, this);
  }

  private sealed interface Event {
    /** A class, since a record would compare its array by identity. */
    final class Line implements Event {
      private final byte[] payload;

      Line(byte[] payload) {
        this.payload = payload;
      }
    }

    record End() implements Event {}

    record Accepted(long line, @Nullable Throwable failure) implements Event {}

    record Ended(long line, @Nullable Throwable failure) implements Event {}

    record Changed(ConnectionState state) implements Event {}

    record Failed(RuntimeException cause) implements Event {}
  }

  @Override
  public void line(byte[] payload) {
    events.add(new Event.Line(payload));
  }

  @Override
  public void end() {
    events.add(new Event.End());
  }

  @Override
  public void failed(RuntimeException cause) {
    events.add(new Event.Failed(cause));
  }

  @Override
  public void stateChanged(ConnectionState state) {
    events.add(new Event.Changed(state));
  }

  /** One message, and what earlier runs left. */
  void run(SecureMqttClient client, Message single) {
    client.start();
    unpublished.add(single);
    publish(client);
    inputEnded = true;
    finish(client);
  }

  /**
   * Every line of the input, and what earlier runs left.
   *
   * @throws PublishException if the broker refused a message, or one expired or was dropped
   * @throws io.mooring.error.OutboxException if the disk did not take a line
   * @throws MooringException what no retry cures; everything accepted is kept
   */
  void run(SecureMqttClient client) {
    client.start();
    lines.start();
    finish(client);
  }

  private void finish(SecureMqttClient client) {
    while (!inputEnded || !unpublished.isEmpty() || open > 0 || client.pending() > 0) {
      Event event = next();
      if (event != null) {
        handle(client, event);
      } else {
        look(client);
      }
    }
    terminal.detail("nothing is left in the outbox");
    if (notDelivered > 0) {
      throw new PublishException(
          notDelivered
              + " of "
              + published
              + " messages were refused, expired or dropped; each is named above.");
    }
  }

  private @Nullable Event next() {
    try {
      return events.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException(
          ErrorCode.INTERRUPTED, "Interrupted. What was accepted is kept in the outbox.", e);
    }
  }

  private void handle(SecureMqttClient client, Event event) {
    if (event instanceof Event.Line line) {
      unpublished.add(message.payload(line.payload).build());
      publish(client);
    } else if (event instanceof Event.Accepted accepted) {
      lines.release();
      accepted(accepted);
    } else if (event instanceof Event.Ended ended) {
      open--;
      ended(ended);
      publish(client);
    } else if (event instanceof Event.Changed changed) {
      changed(changed.state());
    } else if (event instanceof Event.Failed failed) {
      throw failed.cause();
    } else {
      inputEnded = true;
      lastProgress = System.nanoTime();
    }
  }

  /** In order, as far as there is room; a full outbox stops the input. */
  private void publish(SecureMqttClient client) {
    try {
      for (Message next = unpublished.peek(); next != null; next = unpublished.peek()) {
        follow(client.publish(next));
        unpublished.remove();
        lastProgress = System.nanoTime();
      }
    } catch (QueueFullException e) {
      if (inputEnded && isOverdue()) {
        sayAccepted();
        terminal.say("line " + (published + 1) + " was not accepted; what was accepted is kept");
        throw e;
      }
    }
  }

  /** What is known by now, before the run ends with an error. */
  private void sayAccepted() {
    for (Event event = events.poll(); event != null; event = events.poll()) {
      if (event instanceof Event.Accepted known && known.failure() == null) {
        accepted(known);
      }
    }
  }

  private void follow(Publication publication) {
    open++;
    long line = ++published;
    publication
        .accepted()
        .whenComplete((nothing, failure) -> events.add(new Event.Accepted(line, failure)));
    publication
        .delivered()
        .whenComplete((receipt, failure) -> events.add(new Event.Ended(line, failure)));
  }

  private void accepted(Event.Accepted accepted) {
    if (accepted.failure() == null) {
      terminal.result("accepted " + accepted.line());
      return;
    }
    Throwable cause = ConnectionWatch.unwrapped(accepted.failure());
    if (!(cause instanceof PublishException) && cause instanceof RuntimeException fault) {
      terminal.say("line " + accepted.line() + " was not accepted; what was accepted is kept");
      throw fault;
    }
  }

  private void ended(Event.Ended ended) {
    lastProgress = System.nanoTime();
    if (ended.failure() == null) {
      terminal.result("delivered " + ended.line());
    } else {
      notDelivered++;
      Throwable cause = ConnectionWatch.unwrapped(ended.failure());
      terminal.say("line " + ended.line() + ": " + cause.getMessage());
    }
  }

  private void changed(ConnectionState state) {
    if (state instanceof ConnectionState.Connected connected) {
      stopped = null;
      terminal.detail(ConnectionWatch.describe(connected.info()));
    } else if (state instanceof ConnectionState.Waiting waiting) {
      terminal.detail("not connected: " + Terminal.inWords(waiting.cause()));
    } else if (state instanceof ConnectionState.Stopped over) {
      stopped = over.cause();
      if (!inputEnded) {
        terminal.say("nothing is delivered until this is cured: " + Terminal.inWords(over.cause()));
      }
    }
  }

  /** Nothing happened for a moment: is there room again, and is it still worth waiting? */
  private void look(SecureMqttClient client) {
    int pending = client.pending();
    if (pending != lastPending) {
      lastPending = pending;
      lastProgress = System.nanoTime();
    }
    publish(client);
    if (!inputEnded) {
      return;
    }
    MooringException cause = stopped;
    if (cause != null) {
      terminal.say(kept(pending));
      throw cause;
    }
    if (isOverdue()) {
      throw new TimeoutException(
          "Nothing was delivered for "
              + patience.toSeconds()
              + " s. "
              + kept(pending)
              + " Check broker and network, or raise --timeout.");
    }
  }

  private static String kept(int pending) {
    return pending
        + (pending == 1 ? " message is" : " messages are")
        + " kept in the outbox; the next run delivers them.";
  }

  private boolean isOverdue() {
    return System.nanoTime() - lastProgress > patience.toNanos();
  }
}
