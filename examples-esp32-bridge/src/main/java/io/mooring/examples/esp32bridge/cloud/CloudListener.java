package io.mooring.examples.esp32bridge.cloud;

import io.mooring.ConnectionState;
import io.mooring.ReceivedMessage;

/** Hears from the cloud. */
public interface CloudListener {
  /**
   * A message for a device, to be acknowledged once it is safe. What this throws refuses the
   * message: the broker is told 0x83.
   */
  void command(String device, ReceivedMessage message) throws RefusedCommandException;

  /** A connection changed: the bridge's own, or a device's. */
  void changed(String name, ConnectionState state);

  /** The broker will bring what one of a device's rules names, from now on. */
  void subscribed(String device, String filter);

  /** The broker, or the policy, did not let the bridge subscribe for a device. */
  void notSubscribed(String device, Throwable why);

  /** A message that is no command for a device any more: expired, too many, not allowed. */
  final class RefusedCommandException extends Exception {
    private static final long serialVersionUID = 1;

    /** A refusal with its reason. */
    public RefusedCommandException(String reason) {
      super(reason);
    }
  }
}
