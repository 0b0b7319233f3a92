package io.mooring.internal.net;

import io.mooring.Endpoint;
import io.mooring.HttpProxy;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A socket on its way to being open: dialled, or dialled to a proxy that makes a tunnel. */
final class Opening {
  private final Dialer dialer;
  private final @Nullable Tunnel tunnel;

  private Opening(Dialer dialer, @Nullable Tunnel tunnel) {
    this.dialer = dialer;
    this.tunnel = tunnel;
  }

  /** Dials the first of {@code candidates} that answers; {@code outcome} may hear at once. */
  static Opening to(
      String peer, EventLoop loop, List<InetSocketAddress> candidates, Dialer.Outcome outcome) {
    return new Opening(new Dialer(loop, peer, candidates, outcome), null);
  }

  /** The same to {@code proxy}, and from there to {@code broker}. */
  static Opening through(
      HttpProxy proxy,
      EventLoop loop,
      List<InetSocketAddress> candidates,
      Endpoint broker,
      Dialer.Outcome outcome,
      Runnable proxyReached) {
    Tunnel tunnel = new Tunnel(loop, proxy, broker.host(), broker.port(), outcome, proxyReached);
    return new Opening(new Dialer(loop, "the proxy " + proxy, candidates, tunnel), tunnel);
  }

  void begin() {
    dialer.dial();
  }

  /** Gives up; the outcome hears nothing. */
  void cancel() {
    dialer.cancel();
    if (tunnel != null) {
      tunnel.cancel();
    }
  }
}
