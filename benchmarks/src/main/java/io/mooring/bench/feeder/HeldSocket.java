package io.mooring.bench.feeder;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose output can be caught in memory. TLS on top of it seals its records then, and they
 * go out later at no more cost than that of writing bytes.
 */
final class HeldSocket extends Socket {
  private @Nullable Output output;

  /** The one stream of this socket. */
  @Override
  public synchronized Output getOutputStream() throws IOException {
    Output known = output;
    if (known == null) {
      known = new Output(super.getOutputStream());
      output = known;
    }
    return known;
  }

  /** To the network, or into an array. */
  static final class Output extends OutputStream {
    private final OutputStream network;
    private byte @Nullable [] held;
    private int length;

    private Output(OutputStream network) {
      this.network = network;
    }

    /** From now on what is written goes into the array, until {@link #take}. */
    synchronized void hold(byte[] into) {
      held = into;
      length = 0;
    }

    /** Ends holding; returns how many bytes there are. */
    synchronized int take() {
      held = null;
      return length;
    }

    /** Past TLS, what TLS has sealed before. */
    void send(byte[] sealed, int bytes) throws IOException {
      network.write(sealed, 0, bytes);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) throws IOException {
      byte[] into = held;
      if (into == null) {
        network.write(bytes, offset, count);
      } else {
        System.arraycopy(bytes, offset, into, length, count);
        length += count;
      }
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void flush() throws IOException {
      network.flush();
    }

    @Override
    public void close() throws IOException {
      network.close();
    }
  }
}
