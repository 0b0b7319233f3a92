package io.mooring.examples.esp32bridge.local;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionState;
import io.mooring.Endpoint;
import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReceivedMessage;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeOptions.RetainHandling;
import io.mooring.UserProperty;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.MooringException;
import io.mooring.examples.esp32bridge.config.DeviceSettings;
import io.mooring.examples.esp32bridge.config.LocalSettings;
import io.mooring.examples.esp32bridge.topic.PublishRule;
import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.policy.TopicPolicy;
import io.mooring.scram.Scram;
import io.mooring.tls.PinSet;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The local broker over TLS with pins, through Mooring. */
public final class TlsBroker implements LocalLeg {
  private static final Duration SESSION = Duration.ofDays(1);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(30);

  private final LocalSettings settings;
  private final LocalListener listener;
  private final Pkcs12Identity keystore;
  private final @Nullable Secret password;
  private final SecureMqttClient client;

  /** Opens the keystore; connects at {@link #start}. */
  public TlsBroker(
      LocalSettings settings,
      String name,
      Collection<DeviceSettings> devices,
      LocalListener listener) {
    this.settings = settings;
    this.listener = listener;
    Path storepass = Objects.requireNonNull(settings.storepass(), "storepass");
    try (Secret secret = Secret.fromFile(storepass)) {
      this.keystore =
          Pkcs12Identity.open(Objects.requireNonNull(settings.keystore(), "keystore"), secret);
    }
    this.password = settings.password() == null ? null : Secret.fromFile(settings.password());
    ClientBuilder builder =
        SecureMqttClient.builder()
            .broker(new Endpoint(settings.host(), settings.port()))
            .clientId(name)
            .tls(TlsPolicy.trusting(keystore.authorities()).pinned(PinSet.of(keystore.pins())))
            .topics(policy(settings, devices))
            .keepAlive(settings.keepAlive())
            .sessionExpiry(SESSION)
            .cleanStart(false) // what the devices said while the bridge was away
            .reconnect(Reconnect.DEFAULT.withBackOff(Duration.ofSeconds(1), LONGEST_BACK_OFF))
            .listener(this::changed);
    if (settings.user() != null && password != null) {
      builder.authenticate(PasswordAuthentication.of(settings.user(), password));
    } else if (keystore.hasScram()) {
      builder.authenticate(Scram.keys(keystore.scram()));
    }
    if (keystore.hasIdentity()) {
      builder.identity(keystore.identity());
    }
    this.client = builder.build();
    devices.forEach(this::subscribe);
  }

  private static TopicPolicy policy(LocalSettings settings, Collection<DeviceSettings> devices) {
    TopicPolicy policy = TopicPolicy.topics();
    for (DeviceSettings device : devices) {
      String prefix = settings.base() + "/" + device.id() + "/";
      policy =
          policy
              .subscribeAbsolute(
                  device.topics().publish().stream()
                      .map(rule -> prefix + rule.filter().text())
                      .toArray(String[]::new))
              .publishAbsolute(
                  device.topics().subscribe().stream()
                      .map(rule -> prefix + rule.filter().text())
                      .toArray(String[]::new));
    }
    return policy;
  }

  private void subscribe(DeviceSettings device) {
    String prefix = settings.base() + "/" + device.id() + "/";
    for (PublishRule rule : device.topics().publish()) {
      SubscribeOptions options =
          SubscribeOptions.DEFAULT
              .withQos(rule.qos())
              .withNoLocal(true)
              .withRetainAsPublished(rule.retain())
              .withRetainHandling(
                  rule.retain() ? RetainHandling.SEND_IF_NEW : RetainHandling.DO_NOT_SEND)
              .withManualAcknowledgement(true);
      client
          .subscribe(
              prefix + rule.filter().text(),
              options,
              received ->
                  listener.published(message(device.id(), prefix, received), received::acknowledge))
          .whenComplete(
              (receipt, failure) -> {
                if (failure == null) {
                  listener.subscribed(device.id(), rule.filter().text());
                } else {
                  listener.changed(
                      false, "not subscribed for " + device.id() + ": " + failure.getMessage());
                }
              });
    }
  }

  private static LocalMessage message(String device, String prefix, ReceivedMessage received) {
    Message message = received.message();
    String hops =
        message.userProperties().stream()
            .filter(property -> property.name().equals(Hops.PROPERTY))
            .map(UserProperty::value)
            .findFirst()
            .orElse("");
    return new LocalMessage(
        device,
        received.topic().substring(prefix.length()),
        message.qos().code(),
        message.retain(),
        message.payload(),
        message.correlationData(),
        message.responseTopic(),
        hops);
  }

  private void changed(ConnectionState state) {
    if (state instanceof ConnectionState.Connected) {
      listener.changed(true, "local broker connected");
    } else if (state instanceof ConnectionState.Waiting waiting) {
      listener.changed(false, "local broker not connected: " + waiting.cause().getMessage());
    } else if (state instanceof ConnectionState.Stopped stopped) {
      listener.changed(false, "local broker given up: " + stopped.cause().getMessage());
    }
  }

  @Override
  public void start() {
    client.start();
  }

  @Override
  public CompletionStage<Void> publish(LocalMessage message) {
    Message.Builder out =
        Message.to(settings.base() + "/" + message.device() + "/" + message.suffix())
            .payload(message.content())
            .qos(Qos.of(message.qos()))
            .retain(message.retain())
            .userProperty(Hops.PROPERTY, message.hops());
    if (message.correlation() != null) {
      out.correlationData(message.correlation());
    }
    if (message.responseTopic() != null) {
      out.responseTopic(message.responseTopic());
    }
    try {
      return client.publish(out.build()).delivered().thenAccept(receipt -> {});
    } catch (MooringException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void close() {
    client.close();
    keystore.close();
    if (password != null) {
      password.close();
    }
  }
}
