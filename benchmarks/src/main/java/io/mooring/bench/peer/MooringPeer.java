package io.mooring.bench.peer;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionInfo;
import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.keystore.PemIdentity;
import io.mooring.tls.TlsPolicy;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Mooring: certificate and key from PEM, bounds wide enough for every window. */
public final class MooringPeer implements Peer {
  private static final int QUEUE_MESSAGES = 10_000;
  private static final long QUEUE_BYTES = 64L << 20;
  private static final int RECEIVE_MAXIMUM = 65_535;

  private final String uri;
  private final TlsPolicy tls;
  private final PemIdentity identity;
  private final MooringVariant variant = MooringVariant.ofProcess();

  /** Reads the files. */
  public MooringPeer(Target target) {
    uri = "mqtts://" + Target.HOST + ":" + target.port();
    tls = TlsPolicy.trusting(target.ca());
    identity = PemIdentity.open(target.certificate(), target.key());
  }

  @Override
  public CompletionStage<? extends Session> connect(String clientId) {
    ClientBuilder builder =
        SecureMqttClient.builder()
            .broker(uri)
            .clientId(clientId)
            .tls(tls)
            .queue(QUEUE_MESSAGES, QUEUE_BYTES)
            .receiveMaximum(RECEIVE_MAXIMUM);
    variant.apply(builder, identity);
    SecureMqttClient client = builder.build();
    return client.connectAsync().thenApply(new Connected(client));
  }

  /** No lambdas up to the first PUBACK: what a first one costs is not the client's to bear. */
  private record Connected(SecureMqttClient client)
      implements Function<ConnectionInfo, MooringSession> {
    @Override
    public MooringSession apply(ConnectionInfo info) {
      return new MooringSession(client);
    }
  }

  private record Acknowledged(Completion completion)
      implements BiConsumer<PublishReceipt, Throwable> {
    @Override
    public void accept(@Nullable PublishReceipt receipt, @Nullable Throwable failure) {
      completion.done(failure);
    }
  }

  private record MooringSession(SecureMqttClient client) implements Session {
    private static final Qos[] LEVELS = Qos.values();

    @Override
    public void publish(String topic, int qos, byte[] payload, Completion completion) {
      client
          .publish(Message.to(topic).payload(payload).qos(LEVELS[qos]).build())
          .delivered()
          .whenComplete(new Acknowledged(completion));
    }

    @Override
    public void publishAndWait(String topic, int qos, byte[] payload) {
      client.publishAndWait(
          Message.to(topic).payload(payload).qos(LEVELS[qos]).build(), Duration.ofSeconds(30));
    }

    @Override
    public void subscribe(String filter, int qos, Sink sink) throws Exception {
      client
          .subscribe(
              filter,
              SubscribeOptions.DEFAULT.withQos(LEVELS[qos]),
              received -> sink.message(received.message().payloadLength()))
          .toCompletableFuture()
          .get();
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
