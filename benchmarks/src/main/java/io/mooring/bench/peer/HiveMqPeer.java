package io.mooring.bench.peer;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import io.reactivex.disposables.Disposable;
import io.reactivex.processors.UnicastProcessor;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** HiveMQ's client, asynchronous flavour. */
public final class HiveMqPeer implements Peer {
  private static final MqttQos[] LEVELS = MqttQos.values();

  private final MqttClientSslConfig tls;
  private final int port;

  /** Reads the files. */
  public HiveMqPeer(Target target) throws IOException, GeneralSecurityException {
    port = target.port();
    JsseMaterial material = new JsseMaterial(target);
    tls =
        MqttClientSslConfig.builder()
            .keyManagerFactory(material.keyManagers())
            .trustManagerFactory(material.trustManagers())
            .protocols(List.of("TLSv1.3"))
            .build();
  }

  @Override
  public CompletionStage<? extends Session> connect(String clientId) {
    Mqtt5AsyncClient client =
        Mqtt5Client.builder()
            .identifier(clientId)
            .serverHost(Target.HOST)
            .serverPort(port)
            .sslConfig(tls)
            .buildAsync();
    return client.connect().thenApply(ack -> new HiveMqSession(client));
  }

  private record HiveMqSession(Mqtt5AsyncClient client) implements Session {
    @Override
    public void publish(String topic, int qos, byte[] payload, Completion completion) {
      var unused =
          client
              .publishWith()
              .topic(topic)
              .qos(LEVELS[qos])
              .payload(payload)
              .send()
              .whenComplete((result, failure) -> completion.done(failureOf(result, failure)));
    }

    /** The reactive flavour makes no future for each message, which is its fastest. */
    @Override
    public void publishMany(int qos, byte[] payload, int count, Window window) throws Exception {
      UnicastProcessor<Mqtt5Publish> messages = UnicastProcessor.create();
      Disposable results =
          client
              .toRx()
              .publish(messages)
              .subscribe(result -> window.done(result.getError().orElse(null)), window::done);
      for (int i = 0; i < count; i++) {
        window.enter();
        messages.onNext(
            Mqtt5Publish.builder().topic(TOPIC).qos(LEVELS[qos]).payload(payload).build());
      }
      messages.onComplete();
      window.awaitEmpty();
      results.dispose();
    }

    private static @Nullable Throwable failureOf(
        @Nullable Mqtt5PublishResult result, @Nullable Throwable failure) {
      return result == null ? failure : result.getError().orElse(null);
    }

    @Override
    public void subscribe(String filter, int qos, Sink sink) throws Exception {
      client
          .subscribeWith()
          .topicFilter(filter)
          .qos(LEVELS[qos])
          .callback(publish -> sink.message(publish.getPayload().map(p -> p.remaining()).orElse(0)))
          .send()
          .get();
    }

    @Override
    public void close() throws Exception {
      client.disconnect().get();
    }
  }
}
