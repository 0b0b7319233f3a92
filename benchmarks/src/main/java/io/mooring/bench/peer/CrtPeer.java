package io.mooring.bench.peer;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.io.ClientBootstrap;
import software.amazon.awssdk.crt.io.SocketOptions;
import software.amazon.awssdk.crt.io.TlsContext;
import software.amazon.awssdk.crt.io.TlsContextOptions;
import software.amazon.awssdk.crt.mqtt5.Mqtt5Client;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.Mqtt5ClientOptionsBuilder;
import software.amazon.awssdk.crt.mqtt5.OnAttemptingConnectReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionFailureReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionSuccessReturn;
import software.amazon.awssdk.crt.mqtt5.OnDisconnectionReturn;
import software.amazon.awssdk.crt.mqtt5.OnStoppedReturn;
import software.amazon.awssdk.crt.mqtt5.PublishResult;
import software.amazon.awssdk.crt.mqtt5.PublishReturn;
import software.amazon.awssdk.crt.mqtt5.QOS;
import software.amazon.awssdk.crt.mqtt5.packets.ConnectPacket.ConnectPacketBuilder;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket;
import software.amazon.awssdk.crt.mqtt5.packets.PublishPacket.PublishPacketBuilder;
import software.amazon.awssdk.crt.mqtt5.packets.SubscribePacket.SubscribePacketBuilder;

/** AWS's CRT: the native MQTT 5 client behind its Java face. It has no QoS 2. */
public final class CrtPeer implements Peer {
  private static final long KEEP_ALIVE_SECONDS = 60;
  private static final long STOP_SECONDS = 10;
  private static final QOS[] LEVELS = QOS.values();
  private static final int FIRST_ERROR = 0x80;

  private final TlsContext tls;
  private final int port;

  /** Reads the files. */
  public CrtPeer(Target target) {
    port = target.port();
    try (TlsContextOptions options =
        TlsContextOptions.createWithMtlsFromPath(
            target.certificate().toString(), target.key().toString())) {
      options.overrideDefaultTrustStoreFromPath(null, target.ca().toString());
      tls = new TlsContext(options);
    }
  }

  @Override
  public CompletionStage<? extends Session> connect(String clientId) {
    CrtSession session = new CrtSession();
    session.start(options(clientId, session));
    return session.connected;
  }

  private Mqtt5ClientOptions options(String clientId, CrtSession session) {
    try (SocketOptions socket = new SocketOptions()) {
      return new Mqtt5ClientOptionsBuilder(Target.HOST, (long) port)
          .withBootstrap(ClientBootstrap.getOrCreateStaticDefault())
          .withSocketOptions(socket)
          .withTlsContext(tls)
          .withConnectOptions(
              new ConnectPacketBuilder()
                  .withClientId(clientId)
                  .withKeepAliveIntervalSeconds(KEEP_ALIVE_SECONDS)
                  .build())
          .withLifecycleEvents(session)
          .withPublishEvents(session)
          .build();
    }
  }

  private static final class CrtSession
      implements Session, Mqtt5ClientOptions.LifecycleEvents, Mqtt5ClientOptions.PublishEvents {
    private final CompletableFuture<CrtSession> connected = new CompletableFuture<>();
    private final CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    private @Nullable Mqtt5Client client;
    private volatile @Nullable Sink sink;

    void start(Mqtt5ClientOptions options) {
      Mqtt5Client made = new Mqtt5Client(options);
      client = made;
      made.start();
    }

    private Mqtt5Client client() {
      Mqtt5Client made = client;
      if (made == null) {
        throw new IllegalStateException("publish before start");
      }
      return made;
    }

    @Override
    public void publish(String topic, int qos, byte[] payload, Completion completion) {
      var unused =
          client()
              .publish(new PublishPacketBuilder(topic, LEVELS[qos], payload).build())
              .whenComplete(new Acknowledged(completion));
    }

    /** No lambda, as in Mooring's. */
    private record Acknowledged(Completion completion)
        implements BiConsumer<PublishResult, Throwable> {
      @Override
      public void accept(@Nullable PublishResult result, @Nullable Throwable failure) {
        completion.done(failureOf(result, failure));
      }
    }

    private static @Nullable Throwable failureOf(
        @Nullable PublishResult result, @Nullable Throwable failure) {
      if (result == null) {
        return failure;
      }
      if (result.getType() == PublishResult.PublishResultType.PUBACK) {
        PubAckPacket ack = result.getResultPubAck();
        if (ack.getReasonCode().getValue() >= FIRST_ERROR) {
          return new IOException("PUBACK " + ack.getReasonCode());
        }
      }
      return null;
    }

    @Override
    public void subscribe(String filter, int qos, Sink messages) throws Exception {
      sink = messages;
      client().subscribe(new SubscribePacketBuilder(filter, LEVELS[qos]).build()).get();
    }

    @Override
    public void close() throws Exception {
      try (Mqtt5Client ending = client()) {
        ending.stop();
        stopped.get(STOP_SECONDS, TimeUnit.SECONDS);
      }
    }

    @Override
    public void onMessageReceived(Mqtt5Client from, PublishReturn received) {
      Sink known = sink;
      if (known != null) {
        byte[] payload = received.getPublishPacket().getPayload();
        known.message(payload == null ? 0 : payload.length);
      }
    }

    @Override
    public void onConnectionSuccess(Mqtt5Client from, OnConnectionSuccessReturn event) {
      connected.complete(this);
    }

    @Override
    public void onConnectionFailure(Mqtt5Client from, OnConnectionFailureReturn event) {
      connected.completeExceptionally(new IOException(CRT.awsErrorString(event.getErrorCode())));
    }

    @Override
    public void onStopped(Mqtt5Client from, OnStoppedReturn event) {
      stopped.complete(true);
    }

    @Override
    public void onAttemptingConnect(Mqtt5Client from, OnAttemptingConnectReturn event) {}

    @Override
    public void onDisconnection(Mqtt5Client from, OnDisconnectionReturn event) {}
  }
}
