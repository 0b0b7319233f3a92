package io.mooring.internal.telemetry;

import io.mooring.Endpoint;
import io.mooring.internal.net.Lane;
import io.mooring.internal.wire.StreamText;
import io.mooring.telemetry.PacketTrace;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;

/** Packets in words, one line each. */
public final class TraceSource implements TapSource {
  private final PacketTrace trace;
  private final Clock clock;
  private final Lane lane = new Lane(null);

  /** Lines for {@code trace}. */
  public TraceSource(PacketTrace trace, Clock clock) {
    this.trace = trace;
    this.clock = clock;
  }

  @Override
  public StreamTap tap(String attempt, Endpoint broker) {
    return new LaneTap(attempt, lane, new Reader(attempt));
  }

  @Override
  public CompletableFuture<Void> end() {
    return CompletableFuture.runAsync(() -> {}, lane);
  }

  private void say(String attempt, String direction, String packet) {
    String line =
        clock.instant().truncatedTo(ChronoUnit.MILLIS)
            + " ["
            + attempt
            + "] "
            + direction
            + " "
            + packet;
    try {
      trace.lines().accept(line);
    } catch (RuntimeException e) { // the application's own; it must not end this lane
      Log.CALLBACK.log(Level.WARNING, "What takes the lines of a packet trace threw", e);
    }
  }

  private final class Reader implements StreamTap {
    private final String attempt;
    private final StreamText out;
    private final StreamText in;

    private Reader(String attempt) {
      this.attempt = attempt;
      this.out = new StreamText(trace.payloadBytes(), packet -> say(attempt, "->", packet));
      this.in = new StreamText(trace.payloadBytes(), packet -> say(attempt, "<-", packet));
    }

    @Override
    public void sent(byte[] bytes, int offset, int length) {
      out.feed(bytes, offset, length);
    }

    @Override
    public void received(byte[] bytes, int offset, int length) {
      in.feed(bytes, offset, length);
    }

    @Override
    public void ended() {
      say(attempt, "--", "connection over");
    }
  }
}
