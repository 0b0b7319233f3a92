package io.mooring.internal.net;

import io.mooring.error.MooringException;
import io.mooring.internal.tls.VerifiedServer;

/** What a link tells its owner, on the loop. An exception from one of these fails the link. */
public interface LinkHandler {
  /** The attempt to connect that this belongs to, for the log. */
  String attempt();

  /** The ClientHello is made; TCP may be connected by now or not. */
  void prepared();

  /** The ClientHello could not be made; why, {@link #failed} hears next. */
  void unprepared();

  /** TCP is connected; TLS begins. */
  void tcpConnected();

  /** The broker's identity holds; plaintext may flow. */
  void secured(VerifiedServer server);

  /** Bytes from the broker; the array is valid during the call only. */
  void plaintext(byte[] buffer, int offset, int length);

  /** All that one read brought was handed over: time to answer. */
  void readComplete();

  /**
   * The socket has taken what {@link Link#isBacklogged} told of: more may be encoded. Not told of
   * what {@link Link#send} itself got rid of.
   */
  void drained();

  /** The link is over; called once, unless {@link Link#close} was called first. */
  void failed(MooringException cause);
}
