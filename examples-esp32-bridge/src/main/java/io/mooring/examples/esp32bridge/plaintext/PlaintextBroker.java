package io.mooring.examples.esp32bridge.plaintext;

import io.mooring.examples.esp32bridge.config.DeviceSettings;
import io.mooring.examples.esp32bridge.config.LocalSettings;
import io.mooring.examples.esp32bridge.local.Hops;
import io.mooring.examples.esp32bridge.local.LocalLeg;
import io.mooring.examples.esp32bridge.local.LocalListener;
import io.mooring.examples.esp32bridge.local.LocalMessage;
import io.mooring.examples.esp32bridge.plaintext.ClosedNetwork.NotClosedException;
import io.mooring.examples.esp32bridge.topic.PublishRule;
import io.mooring.identity.Secret;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;

/**
 * The local broker without TLS, by Paho's own client, on a closed network only. QoS 0 and 1: Paho's
 * QoS 2 delivers twice. Each connection is a client of its own, made by one thread, since Paho's
 * reconnecting would not look at the address again.
 */
public final class PlaintextBroker implements LocalLeg {
  private static final int MOST_QOS = 1;
  private static final int PATIENCE_SECONDS = 10;
  private static final int RECEIVE_MAXIMUM = 64;
  private static final long SESSION_SECONDS = Duration.ofDays(1).toSeconds();
  private static final long FIRST_WAIT = 1_000;
  private static final long LONGEST_WAIT = 30_000;
  private static final int NO_RETAINED = 2;
  private static final int RETAINED_IF_NEW = 1;

  private final LocalSettings settings;
  private final String name;
  private final Collection<DeviceSettings> devices;
  private final LocalListener listener;
  private final Thread connector = new Thread(this::run, "plaintext-broker");
  private final SynchronousQueue<String> losses = new SynchronousQueue<>();
  private volatile @Nullable MqttAsyncClient connected;
  private volatile boolean closed;

  /** Connects at {@link #start}. */
  public PlaintextBroker(
      LocalSettings settings,
      String name,
      Collection<DeviceSettings> devices,
      LocalListener listener) {
    this.settings = settings;
    this.name = name;
    this.devices = devices;
    this.listener = listener;
    connector.setDaemon(true);
  }

  @Override
  public void start() {
    connector.start();
  }

  private void run() {
    long wait = FIRST_WAIT;
    while (!closed) {
      String why;
      try {
        MqttAsyncClient client = connect();
        wait = FIRST_WAIT;
        connected = client;
        listener.changed(true, "local broker connected in plaintext");
        why = losses.take();
        connected = null;
        discard(client);
      } catch (MqttException | UnknownHostException | NotClosedException e) {
        why = e.getMessage();
      } catch (InterruptedException e) {
        return; // close() ends it so
      }
      listener.changed(false, "local broker not connected: " + why);
      try {
        losses.poll(wait, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        return;
      }
      wait = Math.min(2 * wait, LONGEST_WAIT);
    }
  }

  private MqttAsyncClient connect() throws MqttException, UnknownHostException, NotClosedException {
    InetAddress address = ClosedNetwork.resolve(settings.host());
    String host =
        address instanceof Inet6Address
            ? "[" + address.getHostAddress() + "]"
            : address.getHostAddress();
    MqttAsyncClient client =
        new MqttAsyncClient("tcp://" + host + ":" + settings.port(), name, new MemoryPersistence());
    boolean up = false;
    try {
      client.setManualAcks(true);
      client.setCallback(
          new PahoCallback(this::lost, (topic, message) -> arrived(client, topic, message)));
      client.connect(options()).waitForCompletion(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      client
          .subscribe(subscriptions())
          .waitForCompletion(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      up = true;
      return client;
    } finally {
      if (!up) {
        discard(client);
      }
    }
  }

  private MqttConnectionOptions options() {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(false);
    options.setSessionExpiryInterval(SESSION_SECONDS);
    options.setReceiveMaximum(RECEIVE_MAXIMUM);
    options.setKeepAliveInterval((int) settings.keepAlive().toSeconds());
    options.setConnectionTimeout(PATIENCE_SECONDS);
    options.setAutomaticReconnect(false);
    if (settings.user() != null && settings.password() != null) {
      options.setUserName(settings.user());
      try (Secret password = Secret.fromFile(settings.password())) {
        options.setPassword(password.copyUtf8());
      }
    }
    return options;
  }

  private MqttSubscription[] subscriptions() {
    List<MqttSubscription> all = new ArrayList<>();
    for (DeviceSettings device : devices) {
      for (PublishRule rule : device.topics().publish()) {
        MqttSubscription one =
            new MqttSubscription(
                settings.base() + "/" + device.id() + "/" + rule.filter().text(),
                Math.min(MOST_QOS, rule.qos().code()));
        one.setNoLocal(true);
        one.setRetainAsPublished(rule.retain());
        one.setRetainHandling(rule.retain() ? RETAINED_IF_NEW : NO_RETAINED);
        all.add(one);
      }
    }
    return all.toArray(new MqttSubscription[0]);
  }

  private void arrived(MqttAsyncClient client, String topic, MqttMessage message) {
    String prefix = settings.base() + "/";
    int end = topic.indexOf('/', prefix.length());
    if (!topic.startsWith(prefix) || end < 0) {
      return; // not what was subscribed
    }
    MqttProperties properties = message.getProperties();
    String hops = "";
    if (properties != null) {
      hops =
          properties.getUserProperties().stream()
              .filter(property -> property.getKey().equals(Hops.PROPERTY))
              .map(UserProperty::getValue)
              .findFirst()
              .orElse("");
    }
    listener.published(
        new LocalMessage(
            topic.substring(prefix.length(), end),
            topic.substring(end + 1),
            message.getQos(),
            message.isRetained(),
            message.getPayload(),
            properties == null ? null : properties.getCorrelationData(),
            properties == null ? null : properties.getResponseTopic(),
            hops),
        () -> acknowledge(client, message));
  }

  private static void acknowledge(MqttAsyncClient client, MqttMessage message) {
    if (message.getQos() > 0) {
      try {
        client.messageArrivedComplete(message.getId(), message.getQos());
      } catch (MqttException e) {
        return; // the connection is gone; the broker sends it again over the next
      }
    }
  }

  @Override
  public CompletionStage<Void> publish(LocalMessage message) {
    CompletableFuture<Void> delivered = new CompletableFuture<>();
    MqttAsyncClient client = connected;
    if (client == null) {
      delivered.completeExceptionally(new IllegalStateException("the local broker is away"));
      return delivered;
    }
    MqttProperties properties = new MqttProperties();
    properties.setUserProperties(List.of(new UserProperty(Hops.PROPERTY, message.hops())));
    if (message.correlation() != null) {
      properties.setCorrelationData(message.correlation());
    }
    if (message.responseTopic() != null) {
      properties.setResponseTopic(message.responseTopic());
    }
    MqttMessage out =
        new MqttMessage(
            message.content(), Math.min(MOST_QOS, message.qos()), message.retain(), properties);
    try {
      client.publish(
          settings.base() + "/" + message.device() + "/" + message.suffix(),
          out,
          null,
          new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
              delivered.complete(null);
            }

            @Override
            public void onFailure(IMqttToken token, Throwable failure) {
              delivered.completeExceptionally(failure);
            }
          });
    } catch (MqttException e) {
      delivered.completeExceptionally(e);
    }
    return delivered;
  }

  private void lost(String why) {
    // Nobody waits where the connector is not in a connection: then it looks by itself.
    if (!losses.offer(why) && connected != null) {
      Thread waker = new Thread(() -> offer(why), "plaintext-loss");
      waker.setDaemon(true);
      waker.start();
    }
  }

  /** The connector may be on its way from the connection to its wait. */
  private void offer(String why) {
    try {
      losses.offer(why, PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void discard(MqttAsyncClient client) {
    try {
      client.disconnectForcibly(0, 1, false);
    } catch (MqttException e) {
      // It was not connected any more.
    }
    try {
      client.close(true);
    } catch (MqttException e) {
      return; // its threads end with its socket
    }
  }

  @Override
  public void close() {
    closed = true;
    MqttAsyncClient client = connected;
    connected = null;
    if (client != null) {
      try {
        client.disconnect().waitForCompletion(TimeUnit.SECONDS.toMillis(1));
      } catch (MqttException e) {
        discard(client);
      }
    }
    connector.interrupt();
  }
}
