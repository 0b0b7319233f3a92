package io.mooring.internal.tls;

/**
 * Proof that the broker's certificate path, host name and pins were checked and held. Only the
 * check in this package makes one.
 */
public final class VerifiedServer {
  VerifiedServer() {}
}
