package io.mooring.internal.engine;

import io.mooring.Endpoint;
import io.mooring.HttpProxy;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.error.ErrorCode;
import io.mooring.error.InternalFaultException;
import io.mooring.error.MooringException;
import io.mooring.error.NetworkException;
import io.mooring.error.TimeoutException;
import io.mooring.internal.net.Errands;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.net.Link;
import io.mooring.internal.net.LinkHandler;
import io.mooring.internal.net.Turnstile;
import io.mooring.internal.tls.TlsMachine;
import io.mooring.telemetry.ConnectionPhase;
import io.mooring.tls.ChannelBinding;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way to a broker: its name, this attempt's turn, TCP and TLS. The {@link LinkHandler} hears
 * that it is secured, or why not. Holds what an attempt holds of the JVM (its turn, the worker's
 * queue, a deadline) until it has arrived or is over. Confined to the event loop.
 */
final class Approach {
  private final EventLoop loop;
  private final EngineOptions options;
  private final Endpoint endpoint;

  /** The endpoint as a text, which several keep for as long as the connection. */
  private final String broker;

  private final LinkHandler handler;
  private final Errands errands;
  private final AttemptClock clock;
  private final AttemptTrack track;
  private Turnstile.@Nullable Turn turn;
  private @Nullable Link link;
  private boolean over;

  /** Starts the deadline of {@code attempt}; {@code late} runs when it has passed. */
  Approach(
      String attempt,
      EventLoop loop,
      EngineOptions options,
      Endpoint endpoint,
      LinkHandler handler,
      Runnable late) {
    this.loop = loop;
    this.options = options;
    this.endpoint = endpoint;
    this.broker = endpoint.toString();
    this.handler = handler;
    this.errands = new Errands(loop);
    this.track =
        new AttemptTrack(attempt, endpoint, loop, errands, options.telemetry().secretLog());
    this.clock = new AttemptClock(loop, errands, options.dialling().connectTimeout(), late);
  }

  /** What is measured of it. */
  AttemptTrack track() {
    return track;
  }

  /** Where to. */
  Endpoint endpoint() {
    return endpoint;
  }

  /** The same as a text. */
  String broker() {
    return broker;
  }

  /** The pipe to the broker, once there is one. */
  @Nullable Link link() {
    return link;
  }

  /** The worker, for this attempt. */
  Errands errands() {
    return errands;
  }

  /** Sets out. */
  void begin() {
    track.begin(ConnectionPhase.DNS);
    loop.names().resolve(dialledHost(), this::resolved);
  }

  /** Behind a proxy, the broker's name is the proxy's to look up. */
  private String dialledHost() {
    HttpProxy proxy = options.dialling().proxy();
    return proxy == null ? endpoint.host() : proxy.host();
  }

  private void resolved(
      InetAddress @Nullable [] addresses, @Nullable UnknownHostException failure) {
    if (over) {
      return;
    }
    if (addresses == null) {
      handler.failed(
          new NetworkException(
              ErrorCode.NAME_NOT_RESOLVED,
              "The name "
                  + dialledHost()
                  + " was not resolved. Check the name, and DNS on this device.",
              failure));
      return;
    }
    List<InetSocketAddress> targets = new ArrayList<>(addresses.length);
    HttpProxy proxy = options.dialling().proxy();
    for (InetAddress address : addresses) {
      targets.add(new InetSocketAddress(address, proxy == null ? endpoint.port() : proxy.port()));
    }
    track.end(ConnectionPhase.DNS);
    track.begin(ConnectionPhase.TURN);
    clock.stand();
    turn = loop.turnstile().queue(broker, () -> dial(targets));
    if (over) {
      giveTurnBack();
    }
  }

  private void dial(List<InetSocketAddress> targets) {
    track.end(ConnectionPhase.TURN);
    clock.goOn();
    if (over) { // that may have been the end of its time
      return;
    }
    try {
      open(targets);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // Nobody else would end this attempt: no memory for its buffers, say.
      MooringException cause = e instanceof MooringException m ? m : InternalFaultException.of(e);
      Link begun = link;
      if (begun == null) {
        handler.failed(cause);
      } else {
        begun.fail(cause);
      }
    }
  }

  /** On the worker: an application's authenticator may take its time. */
  private @Nullable ChannelBinding channelBinding() {
    EnhancedAuthenticator authenticator = options.authenticator();
    return authenticator == null ? null : authenticator.channelBinding();
  }

  private void open(List<InetSocketAddress> targets) {
    TlsMachine machine =
        new TlsMachine(
            options.tls(),
            endpoint.host(),
            endpoint.port(),
            options.identity(),
            this::channelBinding,
            options.clock(),
            track);
    Link opened = new Link(loop, errands, broker, machine, handler);
    link = opened;
    opened.tap(options.telemetry().tap(track.id(), endpoint));
    track.begin(ConnectionPhase.PREPARATION);
    track.begin(ConnectionPhase.TCP);
    HttpProxy proxy = options.dialling().proxy();
    if (proxy == null) {
      opened.open(targets);
    } else {
      opened.open(proxy, targets, endpoint);
    }
  }

  /** The ClientHello is made. */
  void prepared() {
    track.end(ConnectionPhase.PREPARATION);
  }

  /** There is no ClientHello; TCP, which may have gone on beside it, is not what failed. */
  void unprepared() {
    track.end(ConnectionPhase.TCP);
    track.end(ConnectionPhase.TLS);
  }

  /** TCP is there, and TLS begins. */
  void tcpConnected() {
    track.end(ConnectionPhase.TCP);
    track.begin(ConnectionPhase.TLS);
  }

  /**
   * Its deadline has passed.
   *
   * @param connecting what CONNECT had reached, if it came to that
   */
  TimeoutException overdue(@Nullable String connecting) {
    Link open = link;
    String reached = open == null ? "the name was not resolved in time" : open.phase().toString();
    return new TimeoutException(
        overdue(open),
        "No CONNACK from "
            + endpoint
            + " within "
            + options.dialling().connectTimeout().toMillis()
            + " ms ("
            + (connecting == null ? reached : reached + ", " + connecting)
            + "). Check that the listener speaks MQTT 5 over TLS, or raise connectTimeout.",
        null);
  }

  /** What to look at depends on how far the attempt came. */
  private static ErrorCode overdue(@Nullable Link open) {
    if (open == null) {
      return ErrorCode.NAME_LOOKUP_TIMED_OUT;
    }
    return switch (open.phase()) {
      case NEW, TCP -> ErrorCode.TCP_TIMED_OUT;
      case PROXY -> ErrorCode.PROXY_TIMED_OUT;
      case TLS -> ErrorCode.HANDSHAKE_TIMED_OUT;
      case SECURE, ENDED -> ErrorCode.NO_CONNACK;
    };
  }

  /** The attempt succeeded: no deadline any more, and the next may come. */
  void arrived() {
    clock.cancel();
    Turnstile.Turn held = turn;
    turn = null;
    if (held != null) {
      held.arrived();
    }
  }

  /** The attempt, or the connection made by it, is over. */
  void end() {
    over = true;
    errands.cancel();
    clock.cancel();
    giveTurnBack();
  }

  private void giveTurnBack() {
    Turnstile.Turn held = turn;
    turn = null;
    if (held != null) {
      held.release();
    }
  }
}
