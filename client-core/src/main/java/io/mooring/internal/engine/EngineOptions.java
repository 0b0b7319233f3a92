package io.mooring.internal.engine;

import io.mooring.ConnectionListener;
import io.mooring.Rotation;
import io.mooring.auth.Authentication;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.DeviceIdentity;
import io.mooring.internal.session.ConnectOptions;
import io.mooring.internal.telemetry.TelemetryOptions;
import io.mooring.tls.TlsPolicy;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything the builder settled.
 *
 * @param topics which topics this client may use
 * @param dialling where connections go, and how often they are tried
 * @param sockets audits the sockets of this process, or null
 * @param queueMessages publishes accepted and not yet delivered, at most
 * @param queueBytes payload bytes of those, at most
 * @param unsolicited handles what fits no subscription, or null to drop it
 * @param inboundMessages messages waiting for their handlers before reading stops
 * @param inboundBytes payload bytes of those
 */
public record EngineOptions(
    Dialling dialling,
    TlsPolicy tls,
    @Nullable DeviceIdentity identity,
    @Nullable PasswordAuthentication password,
    @Nullable EnhancedAuthenticator authenticator,
    ConnectOptions connect,
    TopicGuard topics,
    @Nullable SocketGuard sockets,
    int queueMessages,
    long queueBytes,
    @Nullable Consumer<Delivery> unsolicited,
    int inboundMessages,
    long inboundBytes,
    ConnectionListener listener,
    @Nullable Executor callbackExecutor,
    Clock clock,
    TelemetryOptions telemetry) {

  /**
   * The same with other material.
   *
   * @throws IllegalArgumentException if it changes who the device is, or how it authenticates
   */
  EngineOptions with(Rotation rotation) {
    TlsPolicy nextTls = rotation.tls();
    DeviceIdentity nextIdentity = rotation.identity();
    Authentication next = rotation.authentication();
    if (next != null) {
      requireSameKind(next);
    }
    return new EngineOptions(
        dialling,
        nextTls == null ? tls : nextTls,
        nextIdentity == null ? identity : nextIdentity,
        next instanceof PasswordAuthentication nextPassword ? nextPassword : password,
        next instanceof EnhancedAuthenticator nextMethod ? nextMethod : authenticator,
        connect,
        topics,
        sockets,
        queueMessages,
        queueBytes,
        unsolicited,
        inboundMessages,
        inboundBytes,
        listener,
        callbackExecutor,
        clock,
        telemetry);
  }

  /** Session, topic policy and CONNECT were settled for one user and one method. */
  private void requireSameKind(Authentication next) {
    boolean same =
        next instanceof EnhancedAuthenticator method
            ? authenticator != null
                && method.method().equals(authenticator.method())
                && Objects.equals(method.userName(), authenticator.userName())
                && method.channelBinding() == authenticator.channelBinding()
            : next instanceof PasswordAuthentication plain
                && password != null
                && Objects.equals(plain.userName(), password.userName());
    if (!same) {
      throw new IllegalArgumentException(
          "a rotation keeps method, channel binding and user name; build another client for others");
    }
  }
}
