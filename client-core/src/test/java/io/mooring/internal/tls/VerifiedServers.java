package io.mooring.internal.tls;

import java.time.Instant;
import java.util.List;

/** Makes the TLS proof for tests of the layers above, without a handshake. */
public final class VerifiedServers {
  private VerifiedServers() {}

  /** A broker that TLS has verified; a new one for each connection, as in life. */
  public static VerifiedServer any() {
    return new VerifiedServer(
        "broker.example",
        8883,
        new VerifiedServer.ServerCertificate(List.of("CN=broker.example"), null, Instant.MAX),
        new VerifiedServer.NegotiatedTls(
            "TLSv1.3", "TLS_AES_128_GCM_SHA256", null, null, null, false));
  }
}
