package io.mooring.scram;

import io.mooring.error.CredentialException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** ClientKey and ServerKey of one login; {@link #close} wipes them. */
final class ClientAndServerKey implements AutoCloseable {
  private static final byte[] CLIENT_KEY = "Client Key".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SERVER_KEY = "Server Key".getBytes(StandardCharsets.US_ASCII);

  private final byte[] clientKey;
  private final byte[] serverKey;

  /** Takes over both arrays. */
  ClientAndServerKey(ScramHash hash, byte[] clientKey, byte[] serverKey) {
    this.clientKey = clientKey;
    this.serverKey = serverKey;
    if (clientKey.length != hash.length() || serverKey.length != hash.length()) {
      close();
      throw new CredentialException(
          "The keys of this device are not keys of "
              + hash.mechanism()
              + ": ClientKey has "
              + clientKey.length
              + " bytes and ServerKey "
              + serverKey.length
              + ", both must have "
              + hash.length()
              + ". Provision the device again.");
    }
  }

  /** Both keys by HMAC(SaltedPassword, ...); the SaltedPassword may live in a token. */
  static ClientAndServerKey of(ScramHash hash, UnaryOperator<byte[]> hmacOfSaltedPassword) {
    byte[] clientKey = hmacOfSaltedPassword.apply(CLIENT_KEY.clone());
    byte[] serverKey = hmacOfSaltedPassword.apply(SERVER_KEY.clone());
    return new ClientAndServerKey(hash, clientKey, serverKey);
  }

  ClientAndServerKey copy(ScramHash hash) {
    return new ClientAndServerKey(hash, clientKey.clone(), serverKey.clone());
  }

  byte[] copyClientKey() {
    return clientKey.clone();
  }

  byte[] copyServerKey() {
    return serverKey.clone();
  }

  /**
   * ClientProof := ClientKey XOR HMAC(H(ClientKey), AuthMessage) (RFC 5802, section 3); the caller
   * wipes it.
   */
  byte[] clientProof(ScramHash hash, byte[] authMessage) {
    byte[] storedKey = hash.h(clientKey);
    try {
      byte[] clientProof = hash.hmac(storedKey, authMessage);
      for (int k = 0; k < clientProof.length; k++) {
        clientProof[k] ^= clientKey[k];
      }
      return clientProof;
    } finally {
      Arrays.fill(storedKey, (byte) 0);
    }
  }

  /** ServerSignature := HMAC(ServerKey, AuthMessage) (RFC 5802, section 3). */
  byte[] serverSignature(ScramHash hash, byte[] authMessage) {
    return hash.hmac(serverKey, authMessage);
  }

  @Override
  public void close() {
    Arrays.fill(clientKey, (byte) 0);
    Arrays.fill(serverKey, (byte) 0);
  }
}
