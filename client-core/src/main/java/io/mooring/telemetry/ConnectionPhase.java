package io.mooring.telemetry;

/** The phases of a connection attempt, in the order in which they begin. */
public enum ConnectionPhase {
  /** The host name is resolved. */
  DNS,
  /** The attempt waits for its turn among the other clients of this process. */
  TURN,
  /**
   * The ClientHello is made, while TCP connects; the first of a process loads the classes of TLS.
   */
  PREPARATION,
  /** TCP connects. */
  TCP,
  /** The TLS handshake, without the check of the path. */
  TLS,
  /**
   * Certificate path, host name and pins are checked. Next to nothing if the path of the last
   * handshake came again: it was checked while the answer was on its way.
   */
  PATH_CHECK,
  /**
   * Authentication inside MQTT: credentials, AUTH back and forth, and the broker's proof. For a
   * password or a certificate alone it is next to nothing.
   */
  AUTHENTICATION,
  /** From the last packet of ours to CONNACK. */
  CONNACK
}
