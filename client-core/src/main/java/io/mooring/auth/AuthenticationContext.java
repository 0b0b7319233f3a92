package io.mooring.auth;

import org.jspecify.annotations.Nullable;

/**
 * What an exchange may know of the connection it runs on.
 *
 * @param host the broker's host as it was dialled and verified
 * @param clientId the Client Identifier, or empty if the broker assigns one
 * @param channelBinding the bytes of the binding the authenticator asked for, or null if it asked
 *     for none; the record does not copy them
 */
@SuppressWarnings("ArrayRecordComponent")
public record AuthenticationContext(
    String host, String clientId, byte @Nullable [] channelBinding) {
  /** Host and client identifier; never the binding bytes. */
  @Override
  public String toString() {
    return "AuthenticationContext[host=" + host + ", clientId=" + clientId + "]";
  }
}
