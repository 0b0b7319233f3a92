package io.mooring.internal.engine;

import io.mooring.Endpoint;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.TimeoutException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.net.Link;
import io.mooring.internal.net.LinkHandler;
import io.mooring.internal.telemetry.Log;
import io.mooring.internal.tls.VerifiedServer;
import java.util.function.Consumer;

/**
 * Looks whether a more preferred broker can be reached and proves itself by TLS, before a working
 * connection is given up for it. Says nothing of MQTT. Confined to the event loop.
 */
final class Probe implements LinkHandler {
  private static final Log LOG = Log.CONNECTION;

  private final Approach approach;
  private final Consumer<Boolean> found;
  private boolean over;

  /** {@code found} hears once whether it was reached, unless {@link #cancel} came first. */
  Probe(
      String attempt,
      EventLoop loop,
      EngineOptions options,
      Endpoint endpoint,
      Consumer<Boolean> found) {
    this.found = found;
    this.approach =
        new Approach(
            attempt,
            loop,
            options,
            endpoint,
            this,
            () ->
                refused(
                    new TimeoutException(
                        ErrorCode.HANDSHAKE_TIMED_OUT, "no TLS within connectTimeout", null)));
  }

  void begin() {
    approach.begin();
  }

  /** Nobody wants to know any more. */
  void cancel() {
    if (!over) {
      over = true;
      leave();
    }
  }

  @Override
  public void secured(VerifiedServer server) {
    if (!over) {
      over = true;
      approach.track().over(null);
      leave();
      found.accept(true);
    }
  }

  @Override
  public void failed(MooringException cause) {
    refused(cause);
  }

  @Override
  public String attempt() {
    return approach.track().id();
  }

  @Override
  public void prepared() {
    approach.prepared();
  }

  @Override
  public void unprepared() {
    approach.unprepared();
  }

  @Override
  public void tcpConnected() {
    approach.tcpConnected();
  }

  private void refused(MooringException cause) {
    if (!over) {
      over = true;
      approach.track().over(cause);
      LOG.of(attempt(), System.Logger.Level.DEBUG, "Not back at " + approach.endpoint(), cause);
      leave();
      found.accept(false);
    }
  }

  private void leave() {
    approach.end();
    Link open = approach.link();
    if (open != null) {
      open.closeGracefully(() -> {});
    }
  }

  @Override
  public void plaintext(byte[] buffer, int offset, int length) {
    // A broker has nothing to say before CONNECT, and nobody listens.
  }

  @Override
  public void readComplete() {
    // Nothing is answered.
  }

  @Override
  public void drained() {
    // Nothing is sent.
  }
}
