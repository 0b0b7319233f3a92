package io.mooring.keystore;

/** Where a keystore file holds SCRAM keys: those in use, and those that wait for the broker. */
enum ScramSlot {
  ACTIVE("scram-client-key", "scram-server-key", "scram."),
  PENDING("pending-scram-client-key", "pending-scram-server-key", "pending-scram.");

  private final String clientKey;
  private final String serverKey;
  private final String prefix;

  ScramSlot(String clientKey, String serverKey, String prefix) {
    this.clientKey = clientKey;
    this.serverKey = serverKey;
    this.prefix = prefix;
  }

  /** Alias of the ClientKey. */
  String clientKey() {
    return clientKey;
  }

  /** Alias of the ServerKey. */
  String serverKey() {
    return serverKey;
  }

  /** What its lines in the settings begin with. */
  String prefix() {
    return prefix;
  }
}
