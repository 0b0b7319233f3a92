package io.mooring.examples.esp32bridge.cloud;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeOptions.RetainHandling;
import io.mooring.Will;
import io.mooring.audit.OutboundOnly;
import io.mooring.examples.esp32bridge.config.CloudSettings;
import io.mooring.examples.esp32bridge.config.DeviceSettings;
import io.mooring.examples.esp32bridge.topic.SubscribeRule;
import io.mooring.examples.esp32bridge.topic.Suffix;
import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.outbox.Outbox;
import io.mooring.policy.TopicPolicy;
import io.mooring.scram.Scram;
import io.mooring.tls.PinSet;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;

/** How a client of the cloud broker is made: pins, proof, outbox, policy. */
final class CloudClients {
  private static final Duration AUDIT_PERIOD = Duration.ofHours(1);
  private static final Duration SESSION = Duration.ofDays(7);
  private static final String ONLINE = "online";
  private static final String OFFLINE = "offline";

  private CloudClients() {}

  /** A client that is not connected, with its outbox open. */
  static SecureMqttClient build(
      CloudSettings settings,
      Path outboxes,
      String clientId,
      Pkcs12Identity keystore,
      TopicPolicy topics,
      String stateTopic,
      boolean audits,
      Consumer<ConnectionState> listener) {
    ClientBuilder builder =
        SecureMqttClient.builder()
            .broker(settings.broker())
            .clientId(clientId)
            .tls(TlsPolicy.trusting(keystore.authorities()).pinned(PinSet.of(keystore.pins())))
            .topics(topics)
            .keepAlive(settings.keepAlive())
            .sessionExpiry(SESSION)
            .outbox(
                Outbox.in(outboxes.resolve(clientId))
                    .atMost(settings.outboxMessages(), settings.outboxBytes())
                    .onOverflow(settings.overflow()))
            .will(Will.of(state(stateTopic, OFFLINE)))
            .listener(listener::accept);
    if (keystore.hasScram()) {
      builder.authenticate(Scram.keys(keystore.scram()));
    }
    if (keystore.hasIdentity()) {
      builder.identity(keystore.identity());
    }
    if (audits) {
      builder.outboundOnly(OutboundOnly.atConnect().every(AUDIT_PERIOD));
    }
    return builder.build();
  }

  static Message online(String topic) {
    return state(topic, ONLINE);
  }

  static Message offline(String topic) {
    return state(topic, OFFLINE);
  }

  private static Message state(String topic, String state) {
    return Message.to(topic).payload(state).retain(true).build();
  }

  /** The keystore of a name; the caller closes it. */
  static Pkcs12Identity keystore(CloudSettings settings, String name) {
    try (Secret password = Secret.fromFile(settings.storepassOf(name))) {
      return Pkcs12Identity.open(settings.keystoreOf(name), password);
    }
  }

  /** Allows what the rules of these devices name, and the bridge's reports on each. */
  static TopicPolicy policy(Collection<DeviceSettings> devices) {
    TopicPolicy policy = TopicPolicy.topics();
    for (DeviceSettings device : devices) {
      String prefix = device.topics().prefix() + "/";
      policy = policy.publishAbsolute(prefix + Suffix.RESERVED + "/#");
      policy =
          policy.publishAbsolute(
              device.topics().publish().stream()
                  .map(rule -> prefix + rule.image().text())
                  .toArray(String[]::new));
      policy =
          policy.subscribeAbsolute(
              device.topics().subscribe().stream()
                  .map(rule -> prefix + rule.filter().text())
                  .toArray(String[]::new));
    }
    return policy;
  }

  /** Subscribes to what the rules of a device name. */
  static void subscribe(SecureMqttClient client, DeviceSettings device, CloudListener listener) {
    for (SubscribeRule rule : device.topics().subscribe()) {
      SubscribeOptions options =
          SubscribeOptions.DEFAULT
              .withQos(rule.qos())
              .withNoLocal(true) // what we published is no command
              .withRetainHandling(
                  rule.retain() ? RetainHandling.SEND_IF_NEW : RetainHandling.DO_NOT_SEND)
              .withRetainAsPublished(rule.retain())
              .withManualAcknowledgement(true);
      client
          .subscribe(
              device.topics().topic(rule.filter().text()),
              options,
              message -> listener.command(device.id(), message))
          .whenComplete(
              (receipt, failure) -> {
                if (failure == null) {
                  listener.subscribed(device.id(), rule.filter().text());
                } else {
                  listener.notSubscribed(device.id(), failure);
                }
              });
    }
  }
}
