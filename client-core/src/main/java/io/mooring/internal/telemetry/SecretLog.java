package io.mooring.internal.telemetry;

/** Takes the secrets of TLS connections, for {@code dangerous()} captures on the bench alone. */
public interface SecretLog {
  /** One secret, by its label in RFC 9850; takes copies. */
  void secret(String label, byte[] clientRandom, byte[] secret);
}
