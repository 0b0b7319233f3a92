package io.mooring.examples.esp32bridge.cloud;

import io.mooring.Message;
import io.mooring.Publication;
import io.mooring.error.MooringException;
import io.mooring.examples.esp32bridge.config.BridgeConfig;
import io.mooring.examples.esp32bridge.config.DeviceSettings;
import io.mooring.examples.esp32bridge.topic.Suffix;
import io.mooring.keystore.Pkcs12Identity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connection for each device, under its own name and credential; all on one event loop. */
public final class PerDeviceCloud implements CloudLeg {
  private final List<Pkcs12Identity> keystores = new ArrayList<>();
  private final Map<String, CloudClient> clients = new LinkedHashMap<>();
  private final Map<String, String> stateTopics = new LinkedHashMap<>();

  /** Opens a keystore and an outbox for each device; connects at {@link #start}. */
  public PerDeviceCloud(BridgeConfig config, Path outboxes, CloudListener listener) {
    boolean complete = false;
    try {
      for (DeviceSettings device : config.devices().values()) {
        add(config, outboxes, device, listener);
      }
      complete = true;
    } finally {
      if (!complete) {
        closeAll();
      }
    }
  }

  private void add(
      BridgeConfig config, Path outboxes, DeviceSettings device, CloudListener listener) {
    Pkcs12Identity keystore = CloudClients.keystore(config.cloud(), device.id());
    keystores.add(keystore);
    String stateTopic = device.topics().topic(Suffix.RESERVED + "/state");
    boolean audits = clients.isEmpty(); // the audit is of the process: one client is enough
    CloudClient client =
        new CloudClient(
            pulse ->
                CloudClients.build(
                    config.cloud(),
                    outboxes,
                    device.id(),
                    keystore,
                    CloudClients.policy(List.of(device)),
                    stateTopic,
                    audits,
                    pulse),
            state -> listener.changed(device.id(), state));
    clients.put(device.id(), client);
    stateTopics.put(device.id(), stateTopic);
    CloudClients.subscribe(client.client(), device, listener);
  }

  @Override
  public void start() {
    clients.forEach(
        (device, client) -> {
          client.client().start();
          client.publish(CloudClients.online(topicOf(device)));
        });
  }

  @Override
  public Publication publish(String device, Message message) {
    return client(device).publish(message);
  }

  @Override
  public boolean publishOwn(Message message) {
    return false;
  }

  @Override
  public boolean isOnline(String device) {
    return client(device).isOnline();
  }

  @Override
  public int pending(String device) {
    return client(device).client().pending();
  }

  @Override
  public String standing() {
    return CloudClient.standing(clients.values());
  }

  @Override
  public @Nullable String ailment() {
    return CloudClient.ailment(clients.values());
  }

  /** A thousand farewells one after the other would outlast the patience of systemd. */
  @Override
  public void close() {
    clients.forEach(
        (device, client) -> {
          if (isOnline(device)) {
            try {
              client.publish(CloudClients.offline(topicOf(device)));
            } catch (MooringException e) {
              return; // a full outbox; the end of the session says it
            }
          }
        });
    closeAll();
  }

  private void closeAll() {
    clients.values().forEach(client -> client.client().disconnect());
    clients.values().forEach(client -> client.client().close());
    keystores.forEach(Pkcs12Identity::close);
  }

  private String topicOf(String device) {
    return stateTopics.getOrDefault(device, "");
  }

  private CloudClient client(String device) {
    CloudClient client = clients.get(device);
    if (client == null) {
      throw new IllegalArgumentException("there is no device '" + device + "'");
    }
    return client;
  }
}
