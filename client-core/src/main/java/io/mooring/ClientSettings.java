package io.mooring;

import io.mooring.audit.OutboundOnly;
import io.mooring.auth.Authentication;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.DeviceIdentity;
import io.mooring.internal.engine.Dialling;
import io.mooring.internal.engine.Engine;
import io.mooring.internal.engine.EngineOptions;
import io.mooring.internal.engine.OpenOutbox;
import io.mooring.internal.engine.SocketGuard;
import io.mooring.internal.engine.TopicGuard;
import io.mooring.internal.session.ConnectOptions;
import io.mooring.internal.telemetry.Log;
import io.mooring.internal.wire.SendableText;
import io.mooring.outbox.Outbox;
import io.mooring.policy.TopicPolicy;
import io.mooring.tls.TlsPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ClientBuilder} has gathered, each value checked by itself, with the defaults of
 * what was not said. Refuses what does not go together, and makes the client of it.
 */
final class ClientSettings {
  List<Endpoint> brokers = List.of();
  boolean anonymous;
  TlsPolicy tls = TlsPolicy.systemRoots();
  @Nullable DeviceIdentity identity;
  @Nullable Authentication authentication;
  String clientId = "";
  @Nullable Boolean cleanStart;
  Duration keepAlive = Duration.ofSeconds(60);
  Duration sessionExpiry = Duration.ofHours(1);
  Duration connectTimeout = Duration.ofSeconds(10);
  Reconnect reconnect = Reconnect.DEFAULT;
  boolean followServerReference;
  @Nullable HttpProxy proxy;
  int receiveMaximum = 64;
  boolean strictReceiveMaximum;
  boolean strictAcknowledgementOrder;
  int maximumPacketSize = 256 * 1024;
  int topicAliasMaximum;
  int outboundTopicAliases;
  boolean requestResponseInformation;
  boolean requestProblemInformation = true;
  final List<UserProperty> userProperties = new ArrayList<>();
  @Nullable Will will;
  @Nullable TopicPolicy topics;
  boolean wideSubscriptions;
  @Nullable OutboundOnly outboundOnly;
  @Nullable Outbox outbox;
  int queueMessages = 1_000;
  long queueBytes = 1024 * 1024;
  @Nullable MessageHandler unsolicited;
  int inboundMessages = 256;
  long inboundBytes = 1024 * 1024;
  ConnectionListener listener = state -> {};
  @Nullable Executor callbackExecutor;
  Clock clock = Clock.systemUTC();
  final TelemetrySettings telemetry = new TelemetrySettings();

  /** See {@link ClientBuilder#build}. */
  SecureMqttClient client() {
    if (brokers.isEmpty()) {
      throw new IllegalStateException("no broker: call broker(\"mqtts://host\")");
    }
    if (authentication == null && identity == null && !anonymous) {
      throw new IllegalStateException(
          "nothing authenticates this device: call authenticate(...) or identity(...),"
              + " or dangerous().anonymous() for a broker that lets anybody in");
    }
    TelemetrySettings.Wanted wanted = telemetry.of(clock);
    Engine engine = null;
    try {
      engine = engine(wanted);
      return new SecureMqttClient(engine, wanted.attach(engine));
    } finally {
      if (engine == null) {
        CompletableFuture<Void> unused = wanted.end();
      }
    }
  }

  private Engine engine(TelemetrySettings.Wanted wanted) {
    Outbox settings = outbox;
    return settings == null
        ? new Engine(options(clientId, wanted), null)
        : withOutbox(settings, wanted);
  }

  private Engine withOutbox(Outbox settings, TelemetrySettings.Wanted wanted) {
    if (sessionExpiry.isZero()) {
      throw new IllegalStateException(
          "an outbox takes a sessionExpiry above 0: without a session, what was in flight at QoS 2"
              + " arrives twice after a restart");
    }
    OpenOutbox open = OpenOutbox.open(settings, clientId, !Boolean.TRUE.equals(cleanStart));
    Engine engine = null;
    try {
      engine = new Engine(options(open.log().clientId(), wanted), open);
      return engine;
    } finally {
      if (engine == null) {
        open.log().close();
      }
    }
  }

  private EngineOptions options(String identifier, TelemetrySettings.Wanted wanted) {
    Authentication method = authentication;
    EnhancedAuthenticator enhanced = method instanceof EnhancedAuthenticator e ? e : null;
    PasswordAuthentication password = method instanceof PasswordAuthentication p ? p : null;
    ConnectOptions connect = connectOptions(identifier, enhanced, password);
    if (followServerReference && !knowsWhoMayFollow(enhanced)) {
      throw new IllegalStateException(
          "followServerReference with the authorities of the platform alone would let a broker send"
              + " this device to any host with a certificate; add pins, trust your own authority,"
              + " or authenticate by a mutual method such as SCRAM");
    }
    if (will != null && enhanced != null && enhanced.mutual() && anyPublicAuthorityWillDo()) {
      Log.TLS.log(
          System.Logger.Level.WARNING,
          "The Will leaves in CONNECT, before the broker has proven itself by "
              + enhanced.method()
              + ", and any authority of the Java platform can vouch for a broker that reads and"
              + " publishes it. Add TlsPolicy.pinned(...), or name your own authority with"
              + " TlsPolicy.trusting(file).");
    }
    return new EngineOptions(
        new Dialling(brokers, connectTimeout, reconnect, followServerReference, proxy),
        tls,
        identity,
        password,
        enhanced,
        connect,
        topicGuard(connect),
        outboundOnly == null ? null : new SocketGuard(outboundOnly, callbackExecutor),
        queueMessages,
        queueBytes,
        unsolicited == null ? null : SecureMqttClient.handledBy(unsolicited, false),
        inboundMessages,
        inboundBytes,
        listener,
        callbackExecutor,
        clock,
        wanted.options());
  }

  private TopicGuard topicGuard(ConnectOptions connect) {
    if (topics == null) {
      return TopicGuard.withoutPolicy(wideSubscriptions);
    }
    if (wideSubscriptions) {
      throw new IllegalStateException(
          "dangerous().wideSubscriptions() is for clients without a policy; in topics(...) say"
              + " dangerous().subscribeWide(...) instead");
    }
    TopicGuard guard = TopicGuard.of(topics.resolve(connect.clientId(), connect.userName()));
    if (will != null) {
      guard.requirePublish("The Will", will.message());
    }
    return guard;
  }

  private boolean knowsWhoMayFollow(@Nullable EnhancedAuthenticator enhanced) {
    return !anyPublicAuthorityWillDo() || (enhanced != null && enhanced.mutual());
  }

  private boolean anyPublicAuthorityWillDo() {
    return tls.pins() == null && tls.trust() instanceof TlsPolicy.Trust.SystemRoots;
  }

  private ConnectOptions connectOptions(
      String identifier,
      @Nullable EnhancedAuthenticator enhanced,
      @Nullable PasswordAuthentication password) {
    String userName =
        enhanced != null ? enhanced.userName() : password != null ? password.userName() : null;
    if (userName != null) {
      SendableText.require("user name", userName);
    }
    return new ConnectOptions(
        identifier,
        !Boolean.FALSE.equals(cleanStart),
        (int) keepAlive.toSeconds(),
        sessionExpiry.toSeconds(),
        receiveMaximum,
        strictReceiveMaximum,
        strictAcknowledgementOrder,
        maximumPacketSize,
        topicAliasMaximum,
        outboundTopicAliases,
        requestResponseInformation,
        requestProblemInformation,
        userProperties,
        will,
        userName,
        enhanced == null ? null : new ConnectOptions.Method(enhanced.method(), enhanced.mutual()));
  }
}
