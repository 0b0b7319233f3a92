package io.mooring.internal.engine;

import io.mooring.ConnectionListener;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.DeviceIdentity;
import io.mooring.internal.session.ConnectOptions;
import io.mooring.tls.TlsPolicy;
import java.time.Clock;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Everything the builder settled.
 *
 * @param topics which topics this client may use
 * @param dialling where connections go, and how often they are tried
 * @param sockets audits the sockets of this process, or null
 * @param queueMessages publishes accepted and not yet delivered, at most
 * @param queueBytes payload bytes of those, at most
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
    int inboundMessages,
    long inboundBytes,
    ConnectionListener listener,
    @Nullable Executor callbackExecutor,
    Clock clock) {}
