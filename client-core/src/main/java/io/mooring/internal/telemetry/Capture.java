package io.mooring.internal.telemetry;

import io.mooring.Endpoint;
import io.mooring.internal.net.Lane;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/**
 * A pcapng file of the decrypted MQTT of one client, with the TLS secrets that open a capture of
 * the same connections from the wire. Thread-safe: secrets come on the worker, packets on a lane.
 */
public final class Capture implements TapSource, SecretLog {
  private final OwnerOnlyFile file;
  private final Clock clock;
  private final Lane lane = new Lane(null);
  private int connections;
  private boolean over;

  /**
   * Creates the file.
   *
   * @throws java.io.UncheckedIOException if it exists or cannot be created
   */
  public Capture(Path path, Clock clock) {
    this.file = OwnerOnlyFile.create(path);
    this.clock = clock;
    write(Pcapng.beginning());
  }

  @Override
  public StreamTap tap(String attempt, Endpoint broker) {
    return new LaneTap(attempt, lane, new Flow(attempt + " to " + broker));
  }

  @Override
  public void secret(String label, byte[] clientRandom, byte[] secret) {
    write(Pcapng.secrets(KeyLog.line(label, clientRandom, secret)));
  }

  private synchronized void write(ByteBuffer block) {
    if (over) {
      return;
    }
    try {
      file.write(block);
    } catch (IOException e) {
      over = true;
      Log.TELEMETRY.log(Level.WARNING, "The capture " + file + " ends here", e);
    }
  }

  private synchronized int nextConnection() {
    return connections++;
  }

  /** What the lane holds is still written. */
  @Override
  public CompletableFuture<Void> end() {
    return CompletableFuture.runAsync(this::close, lane);
  }

  /** At once: what the lane holds is not written any more. */
  public synchronized void close() {
    over = true;
    try {
      file.close();
    } catch (IOException e) {
      Log.TELEMETRY.log(Level.WARNING, "The capture " + file + " does not close", e);
    }
  }

  /** One connection; begins with its first byte. On the lane. */
  private final class Flow implements StreamTap {
    private static final byte[] NOTHING = {};

    private final String comment;
    private boolean begun;
    private MadeUpTcp tcp = new MadeUpTcp(0);

    private Flow(String comment) {
      this.comment = comment;
    }

    @Override
    public void sent(byte[] bytes, int offset, int length) {
      data(true, bytes, offset, length);
    }

    @Override
    public void received(byte[] bytes, int offset, int length) {
      data(false, bytes, offset, length);
    }

    private void data(boolean fromDevice, byte[] bytes, int offset, int length) {
      if (!begun) {
        begun = true;
        tcp = new MadeUpTcp(nextConnection());
        bare(true, MadeUpTcp.SYN, comment);
        bare(false, MadeUpTcp.SYN | MadeUpTcp.ACK, "");
        bare(true, MadeUpTcp.ACK, "");
      }
      for (int at = 0; at < length; at += MadeUpTcp.MOST) {
        int count = Math.min(MadeUpTcp.MOST, length - at);
        packet(
            tcp.segment(fromDevice, MadeUpTcp.PUSH | MadeUpTcp.ACK, bytes, offset + at, count), "");
      }
    }

    @Override
    public void ended() {
      if (begun) {
        bare(true, MadeUpTcp.FIN | MadeUpTcp.ACK, "");
        bare(false, MadeUpTcp.FIN | MadeUpTcp.ACK, "");
      }
    }

    private void bare(boolean fromDevice, int flags, String said) {
      packet(tcp.segment(fromDevice, flags, NOTHING, 0, 0), said);
    }

    private void packet(ByteBuffer segment, String said) {
      write(Pcapng.packet(clock.instant(), segment, said));
    }
  }
}
