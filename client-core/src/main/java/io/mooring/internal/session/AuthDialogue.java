package io.mooring.internal.session;

import org.jspecify.annotations.Nullable;

/**
 * The AUTH packets between this device and the broker, which an {@link AuthenticationRun} on the
 * worker serves: those of CONNECT until the session is live, then those of a re-authentication.
 */
public interface AuthDialogue {
  /** What {@link AuthenticationRun#respond} returned. Without effect once it is over. */
  void authResponse(byte @Nullable [] data, long nowNanos);

  /**
   * What {@link AuthenticationRun#finish} returned; null only if the method is not mutual. Without
   * effect once it is over.
   *
   * @throws io.mooring.error.ServerProofException if the proof is missing or of another connection
   */
  void proven(@Nullable ServerProof proof, long nowNanos);

  /** The run threw: writes DISCONNECT; the driver ends the connection with what was thrown. */
  void authenticationFailed();
}
