package io.mooring.internal.tls;

import io.mooring.internal.telemetry.SecretLog;
import java.util.Arrays;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/**
 * Gives the secrets of a connection to a capture on the bench, each when its cipher is made. In TLS
 * 1.3 the first pair is that of the handshake and the second that of the application.
 */
final class TrafficSecrets {
  private final SecretLog log;
  private boolean handshakeSeen;

  TrafficSecrets(SecretLog log) {
    this.log = log;
  }

  /** A cipher is about to be made. */
  void cipher(TlsCrypto crypto, TlsCryptoParameters parameters) {
    SecurityParameters now = parameters.getSecurityParametersHandshake();
    byte[] random = now.getClientRandom();
    if (!ProtocolVersion.TLSv13.equals(now.getNegotiatedVersion())) {
      tell(crypto, "CLIENT_RANDOM", random, now.getMasterSecret());
      return;
    }
    String what = handshakeSeen ? "TRAFFIC_SECRET_0" : "HANDSHAKE_TRAFFIC_SECRET";
    tell(crypto, "CLIENT_" + what, random, now.getTrafficSecretClient());
    tell(crypto, "SERVER_" + what, random, now.getTrafficSecretServer());
    handshakeSeen = true;
  }

  /** A secret shows its bytes by ending, so a copy does. */
  private void tell(TlsCrypto crypto, String label, byte[] random, @Nullable TlsSecret secret) {
    if (secret != null && secret.isAlive()) {
      byte[] bytes = crypto.adoptSecret(secret).extract();
      log.secret(label, random, bytes);
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
