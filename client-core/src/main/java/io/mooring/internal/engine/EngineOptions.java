package io.mooring.internal.engine;

import io.mooring.ConnectionListener;
import io.mooring.Endpoint;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.DeviceIdentity;
import io.mooring.internal.session.ConnectOptions;
import io.mooring.tls.TlsPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Everything the builder settled.
 *
 * @param topics which topics this client may use
 * @param connectTimeout one deadline for DNS, TCP, TLS, AUTH and CONNACK together
 * @param queueMessages publishes accepted and not yet delivered, at most
 * @param queueBytes payload bytes of those, at most
 * @param inboundMessages messages waiting for their handlers before reading stops
 * @param inboundBytes payload bytes of those
 */
public record EngineOptions(
    Endpoint endpoint,
    TlsPolicy tls,
    @Nullable DeviceIdentity identity,
    @Nullable PasswordAuthentication password,
    @Nullable EnhancedAuthenticator authenticator,
    ConnectOptions connect,
    TopicGuard topics,
    Duration connectTimeout,
    int queueMessages,
    long queueBytes,
    int inboundMessages,
    long inboundBytes,
    ConnectionListener listener,
    @Nullable Executor callbackExecutor,
    Clock clock) {}
