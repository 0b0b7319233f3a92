package io.mooring.examples.esp32bridge.cloud;

import io.mooring.Message;
import io.mooring.Publication;
import io.mooring.error.QueueFullException;
import io.mooring.examples.esp32bridge.config.BridgeConfig;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.policy.TopicPolicy;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection under the bridge's name for all devices. */
public final class GatewayCloud implements CloudLeg {
  private final Pkcs12Identity keystore;
  private final CloudClient client;
  private final String stateTopic;

  /** Opens keystore and outbox; connects at {@link #start}. */
  public GatewayCloud(BridgeConfig config, Path outboxes, CloudListener listener) {
    this.stateTopic = config.base() + "/" + config.name() + "/state";
    this.keystore = CloudClients.keystore(config.cloud(), config.name());
    TopicPolicy policy =
        CloudClients.policy(config.devices().values())
            .publishAbsolute(config.base() + "/" + config.name() + "/#");
    this.client =
        new CloudClient(
            pulse ->
                CloudClients.build(
                    config.cloud(),
                    outboxes,
                    config.name(),
                    keystore,
                    policy,
                    stateTopic,
                    true,
                    pulse),
            state -> listener.changed(config.name(), state));
    config.devices().values().forEach(d -> CloudClients.subscribe(client.client(), d, listener));
  }

  @Override
  public void start() {
    client.client().start();
    client.publish(CloudClients.online(stateTopic));
  }

  @Override
  public Publication publish(String device, Message message) {
    return client.publish(message);
  }

  @Override
  public boolean publishOwn(Message message) {
    try {
      client.publish(message);
      return true;
    } catch (QueueFullException e) {
      return false; // a report gives way to what devices have to say
    }
  }

  @Override
  public boolean isOnline(String device) {
    return client.isOnline();
  }

  @Override
  public int pending(String device) {
    return client.client().pending();
  }

  @Override
  public String standing() {
    return CloudClient.standing(List.of(client));
  }

  @Override
  public @Nullable String ailment() {
    return CloudClient.ailment(List.of(client));
  }

  @Override
  public void close() {
    Farewells.say(client.client(), stateTopic);
    client.client().close();
    keystore.close();
  }
}
