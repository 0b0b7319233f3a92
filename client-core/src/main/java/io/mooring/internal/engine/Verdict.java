package io.mooring.internal.engine;

import io.mooring.ReasonCode;
import io.mooring.error.BrokerRefusalException;
import io.mooring.error.CertificatePathException;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.ListeningSocketException;
import io.mooring.error.MooringException;
import io.mooring.error.ServerProofException;
import io.mooring.error.TlsException;
import org.jspecify.annotations.Nullable;

/** What a failure means for the next attempt. */
enum Verdict {
  /** It may pass: after the back-off, at the next broker. */
  RETRY,
  /**
   * It passes, but not soon: a board's clock that NTP has yet to set, a broker's certificate that
   * its operator has yet to renew, or a debugger that somebody has yet to end. It must not strand a
   * fleet.
   */
  RETRY_SLOWLY,
  /**
   * Not authorized: final, but for brokers that say it for a moment. HiveMQ CE 2025.5 answers 0x87
   * to a device that comes back within milliseconds of a connection that it has not yet cleared
   * away. So it is tried once more, slowly.
   */
  ONCE_MORE,
  /** Another connection has our Client Identifier: two devices must not fight for ever. */
  TAKEN_OVER,
  /** This broker is not tried again; another may be. */
  SET_ASIDE,
  /** The fault lies on this device, and trying may harm: a token locks after wrong PINs. */
  STOP;

  static Verdict of(MooringException cause) {
    if (cause instanceof CertificatePathException path) {
      return switch (path.reason()) {
        case CLOCK_NOT_SET, EXPIRED, NOT_YET_VALID, NO_GOOD_STAPLE -> RETRY_SLOWLY;
        default -> SET_ASIDE;
      };
    }
    if (cause instanceof ListeningSocketException) {
      return RETRY_SLOWLY;
    }
    ReasonCode reason = reason(cause);
    if (reason == ReasonCode.SESSION_TAKEN_OVER) {
      return TAKEN_OVER;
    }
    if (reason == ReasonCode.NOT_AUTHORIZED) {
      return ONCE_MORE;
    }
    if (cause.retryable()) {
      return RETRY;
    }
    return liesWithTheBroker(cause) ? SET_ASIDE : STOP;
  }

  private static boolean liesWithTheBroker(MooringException cause) {
    return cause instanceof TlsException
        || cause instanceof ServerProofException
        || cause instanceof BrokerRefusalException
        || cause instanceof ConnectionLostException;
  }

  /** What the broker said, in CONNACK or DISCONNECT, or null if it said nothing. */
  static @Nullable ReasonCode reason(MooringException cause) {
    if (cause instanceof BrokerRefusalException refusal) {
      return refusal.reasonCode();
    }
    return cause instanceof ConnectionLostException lost ? lost.reasonCode() : null;
  }

  /** Where the broker points, or null. */
  static @Nullable String serverReference(MooringException cause) {
    if (cause instanceof BrokerRefusalException refusal) {
      return refusal.serverReference();
    }
    return cause instanceof ConnectionLostException lost ? lost.serverReference() : null;
  }
}
