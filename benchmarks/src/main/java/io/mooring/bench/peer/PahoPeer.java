package io.mooring.bench.peer;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;

/** Eclipse Paho's asynchronous client, nothing persisted; its TLS comes from whoever makes it. */
public abstract class PahoPeer implements Peer {
  private static final long CLOSE_MILLIS = 5_000;
  private static final int CONNECT_SECONDS = 120;

  private final SSLSocketFactory sockets;
  private final int port;

  PahoPeer(Target target, SSLContext context) {
    sockets = context.getSocketFactory();
    port = target.port();
  }

  @Override
  public CompletionStage<? extends Session> connect(String clientId) throws MqttException {
    MqttAsyncClient client =
        new MqttAsyncClient("ssl://" + Target.HOST + ":" + port, clientId, new MemoryPersistence());
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setSocketFactory(sockets);
    options.setCleanStart(true);
    options.setConnectionTimeout(CONNECT_SECONDS);
    CompletableFuture<PahoSession> connected = new CompletableFuture<>();
    client.connect(
        options,
        null,
        new Listener(
            failure -> {
              if (failure == null) {
                connected.complete(new PahoSession(client));
              } else {
                connected.completeExceptionally(failure);
              }
            }));
    return connected;
  }

  /** Paho over the JDK's own TLS. */
  public static final class Jsse extends PahoPeer {
    /** Reads the files. */
    public Jsse(Target target) throws IOException, GeneralSecurityException {
      super(target, new JsseMaterial(target).context());
    }
  }

  private record PahoSession(MqttAsyncClient client) implements Session {
    @Override
    public void publish(String topic, int qos, byte[] payload, Completion completion)
        throws MqttException {
      MqttMessage message = new MqttMessage(payload);
      message.setQos(qos);
      client.publish(topic, message, null, new Listener(completion));
    }

    @Override
    public void subscribe(String filter, int qos, Sink sink) throws MqttException {
      client.setCallback(new Arrivals(sink));
      client.subscribe(filter, qos).waitForCompletion();
    }

    @Override
    public void close() throws MqttException {
      client.disconnect().waitForCompletion(CLOSE_MILLIS);
      client.close();
    }
  }

  private record Listener(Completion completion) implements MqttActionListener {
    @Override
    public void onSuccess(IMqttToken token) {
      int[] codes = token.getReasonCodes();
      // Paho takes a PUBACK that refuses for success.
      if (codes != null
          && codes.length > 0
          && codes[0] >= MqttReturnCode.RETURN_CODE_UNSPECIFIED_ERROR) {
        completion.done(new IOException("Reason Code " + codes[0]));
      } else {
        completion.done(null);
      }
    }

    @Override
    public void onFailure(IMqttToken token, Throwable failure) {
      completion.done(failure);
    }
  }

  private record Arrivals(Sink sink) implements MqttCallback {
    @Override
    public void messageArrived(String topic, MqttMessage message) {
      sink.message(message.getPayload().length);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
  }
}
