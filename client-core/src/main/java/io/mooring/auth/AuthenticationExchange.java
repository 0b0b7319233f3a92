package io.mooring.auth;

import org.jspecify.annotations.Nullable;

/**
 * One run of an authentication method: bytes in, bytes out, used once by one thread at a time.
 * {@link #close} wipes what it held and is always called.
 */
public interface AuthenticationExchange extends AutoCloseable {
  /** Authentication Data of CONNECT or of AUTH 0x19, or null for none. Called first, once. */
  byte @Nullable [] initialData();

  /**
   * Answers the broker's AUTH 0x18.
   *
   * @param serverData the broker's Authentication Data; null if it sent none
   * @return Authentication Data of our AUTH 0x18, or null for none
   * @throws io.mooring.error.ServerProofException if the data is not what an honest broker sends
   * @throws io.mooring.error.CredentialException if this device's credential does not fit
   */
  byte @Nullable [] respond(byte @Nullable [] serverData);

  /**
   * Ends the exchange with the Authentication Data of CONNACK 0x00 or AUTH 0x00. Returning means
   * the broker is proven, if the method is {@link EnhancedAuthenticator#mutual}.
   *
   * @param serverData the broker's Authentication Data; null if it sent none
   * @throws io.mooring.error.ServerProofException if the broker is not proven
   */
  void finish(byte @Nullable [] serverData);

  /** Wipes nonces and keys. Never fails. */
  @Override
  void close();
}
