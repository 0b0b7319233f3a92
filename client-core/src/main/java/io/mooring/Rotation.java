package io.mooring;

import io.mooring.auth.Authentication;
import io.mooring.identity.DeviceIdentity;
import io.mooring.tls.TlsPolicy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a running client is to use from now on, instead of what it was built with: a renewed
 * certificate, a new password or new SCRAM keys, another pin set. What is not named stays.
 * Immutable. See {@link SecureMqttClient#rotate}.
 */
public final class Rotation {
  private final @Nullable TlsPolicy tls;
  private final @Nullable DeviceIdentity identity;
  private final @Nullable Authentication authentication;

  private Rotation(
      @Nullable TlsPolicy tls,
      @Nullable DeviceIdentity identity,
      @Nullable Authentication authentication) {
    this.tls = tls;
    this.identity = identity;
    this.authentication = authentication;
  }

  /** Another certificate and key. */
  public static Rotation to(DeviceIdentity identity) {
    return new Rotation(null, Objects.requireNonNull(identity, "identity"), null);
  }

  /** Another credential inside MQTT: of the same kind, method and user name as before. */
  public static Rotation to(Authentication authentication) {
    return new Rotation(null, null, Objects.requireNonNull(authentication, "authentication"));
  }

  /** Other trust anchors or pins. */
  public static Rotation to(TlsPolicy tls) {
    return new Rotation(Objects.requireNonNull(tls, "tls"), null, null);
  }

  /** Both this and another certificate and key. */
  public Rotation and(DeviceIdentity other) {
    return new Rotation(tls, Objects.requireNonNull(other, "other"), authentication);
  }

  /** Both this and another credential inside MQTT. */
  public Rotation and(Authentication other) {
    return new Rotation(tls, identity, Objects.requireNonNull(other, "other"));
  }

  /** Both this and other trust anchors or pins. */
  public Rotation and(TlsPolicy other) {
    return new Rotation(Objects.requireNonNull(other, "other"), identity, authentication);
  }

  /** The new trust anchors and pins, or null if they stay. */
  public @Nullable TlsPolicy tls() {
    return tls;
  }

  /** The new certificate and key, or null if they stay. */
  public @Nullable DeviceIdentity identity() {
    return identity;
  }

  /** The new credential inside MQTT, or null if it stays. */
  public @Nullable Authentication authentication() {
    return authentication;
  }

  /** What changes; no secret. */
  @Override
  public String toString() {
    return "Rotation["
        + (tls == null ? "" : " tls")
        + (identity == null ? "" : " identity")
        + (authentication == null ? "" : " authentication")
        + " ]";
  }
}
