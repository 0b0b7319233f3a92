package io.mooring.cli;

import io.mooring.Message;
import io.mooring.SecureMqttClient;
import io.mooring.error.ErrorCode;
import io.mooring.error.NetworkException;
import io.mooring.error.PublishException;
import io.mooring.error.TimeoutException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Publishes standard input line by line over one connection; the first failure ends it. */
final class LinePublisher {
  /** Lines read and not yet acknowledged. */
  static final int IN_FLIGHT = 16;

  /** Room for all lines in flight. */
  static final int QUEUE_BYTES = IN_FLIGHT * StdinLines.MAX_LINE;

  private final SecureMqttClient client;
  private final Message.Builder message;
  private final Duration patience;
  private final Terminal terminal;
  private final StdinLines lines;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private long published;
  private long acknowledged;
  private boolean inputEnded;

  LinePublisher(
      SecureMqttClient client,
      ConnectionWatch watch,
      Message.Builder message,
      Duration patience,
      Terminal terminal) {
    this.client = client;
    this.message = message;
    this.patience = patience;
    this.terminal = terminal;
    this.lines = new StdinLines(terminal.in(), IN_FLIGHT, new Input());
    watch.onLoss(cause -> events.add(new Event.Failed(cause)));
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

    record Acknowledged() implements Event {}

    record Refused(long line, Throwable cause) implements Event {}

    record Failed(RuntimeException cause) implements Event {}
  }

  private final class Input implements StdinLines.Sink {
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
  }

  /**
   * Publishes all lines and waits for the last acknowledgement.
   *
   * @throws PublishException if one was refused; it says how many were not
   * @throws NetworkException if the connection was lost or an acknowledgement does not come
   */
  void run() {
    lines.start();
    while (!inputEnded || acknowledged < published) {
      handle(next());
    }
    terminal.say("published " + acknowledged + (acknowledged == 1 ? " line" : " lines"));
  }

  private void handle(Event event) {
    if (event instanceof Event.Line line) {
      publish(line.payload);
    } else if (event instanceof Event.Acknowledged) {
      acknowledged++;
      lines.release();
    } else if (event instanceof Event.Refused refused) {
      throw refused(refused);
    } else if (event instanceof Event.Failed failed) {
      throw failed(failed.cause());
    } else {
      inputEnded = true;
    }
  }

  private void publish(byte[] payload) {
    long line = ++published;
    client
        .publish(message.payload(payload).build())
        .delivered()
        .whenComplete((receipt, failure) -> events.add(outcome(line, failure)));
  }

  private static Event outcome(long line, @Nullable Throwable failure) {
    if (failure == null) {
      return new Event.Acknowledged();
    }
    return new Event.Refused(line, ConnectionWatch.unwrapped(failure));
  }

  /** Waits for ever for a line, but no longer than the patience for an acknowledgement. */
  private Event next() {
    try {
      Event event =
          acknowledged == published
              ? events.take()
              : events.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (event == null) {
        throw new TimeoutException(
            "No acknowledgement within --timeout; "
                + progress()
                + ". Check broker and network, or raise it.");
      }
      return event;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException(ErrorCode.INTERRUPTED, "Interrupted; " + progress() + ".", e);
    }
  }

  private RuntimeException refused(Event.Refused refused) {
    if (refused.cause() instanceof PublishException cause) {
      return new PublishException(
          cause.code(),
          "Line " + refused.line() + " was refused; " + progress() + ". " + cause.getMessage(),
          cause);
    }
    return refused.cause() instanceof RuntimeException cause
        ? failed(cause)
        : new IllegalStateException("publishing failed with a checked exception", refused.cause());
  }

  /** Says how far it came; the exit code stays that of the cause. */
  private RuntimeException failed(RuntimeException cause) {
    terminal.say(progress());
    return cause;
  }

  private String progress() {
    return acknowledged + " of " + published + " lines read were acknowledged";
  }
}
