package io.mooring.bench.peer;

import java.nio.file.Path;

/**
 * Where to connect and what to show there: TLS with host name localhost, and a client certificate.
 *
 * @param port the port on localhost
 * @param ca the authority that the broker's certificate comes from, PEM
 * @param certificate the client certificate, PEM
 * @param key its private key, PKCS #8 in PEM
 */
public record Target(int port, Path ca, Path certificate, Path key) {
  /** The name in the broker's certificate. */
  public static final String HOST = "localhost";

  /** The files in a folder that the conductor has written. */
  public static Target of(int port, Path folder) {
    return new Target(
        port, folder.resolve("ca.pem"), folder.resolve("client.pem"), folder.resolve("client.key"));
  }
}
