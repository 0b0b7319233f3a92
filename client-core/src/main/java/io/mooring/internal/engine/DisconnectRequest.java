package io.mooring.internal.engine;

import io.mooring.DisconnectOptions;
import io.mooring.ReasonCode;
import io.mooring.UserProperty;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the application wants to leave (MQTT 5, section 3.14).
 *
 * @param sessionExpirySeconds a new Session Expiry Interval, or -1 to leave it
 */
public record DisconnectRequest(
    ReasonCode reason,
    long sessionExpirySeconds,
    @Nullable String reasonString,
    List<UserProperty> userProperties) {
  /** A reason and nothing else. */
  public static DisconnectRequest of(ReasonCode reason) {
    return new DisconnectRequest(reason, -1, null, List.of());
  }

  /** What the application said. */
  public static DisconnectRequest of(DisconnectOptions options) {
    Duration expiry = options.sessionExpiry();
    return new DisconnectRequest(
        options.reason(),
        expiry == null ? -1 : expiry.toSeconds(),
        options.reasonString(),
        options.userProperties());
  }
}
