package io.mooring.examples.esp32bridge.cloud;

import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.Publication;
import io.mooring.SecureMqttClient;
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

/** One connection for each device, under its own name and credential; all on one event loop. */
public final class PerDeviceCloud implements CloudLeg {
  private final List<Pkcs12Identity> keystores = new ArrayList<>();
  private final Map<String, SecureMqttClient> clients = new LinkedHashMap<>();
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
    SecureMqttClient client =
        CloudClients.build(
            config.cloud(),
            outboxes,
            device.id(),
            keystore,
            CloudClients.policy(List.of(device)),
            stateTopic,
            clients.isEmpty(), // the audit is of the process: one client is enough
            state -> listener.changed(device.id(), state));
    clients.put(device.id(), client);
    stateTopics.put(device.id(), stateTopic);
    CloudClients.subscribe(client, device, listener);
  }

  @Override
  public void start() {
    clients.forEach(
        (device, client) -> {
          client.start();
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
    return client(device).state() instanceof ConnectionState.Connected;
  }

  @Override
  public int pending(String device) {
    return client(device).pending();
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
    clients.values().forEach(SecureMqttClient::disconnect);
    clients.values().forEach(SecureMqttClient::close);
    keystores.forEach(Pkcs12Identity::close);
  }

  private String topicOf(String device) {
    return stateTopics.getOrDefault(device, "");
  }

  private SecureMqttClient client(String device) {
    SecureMqttClient client = clients.get(device);
    if (client == null) {
      throw new IllegalArgumentException("there is no device '" + device + "'");
    }
    return client;
  }
}
