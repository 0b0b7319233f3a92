package io.mooring.examples.esp32bridge;

import io.mooring.examples.esp32bridge.cloud.GatewayCloud;
import io.mooring.examples.esp32bridge.cloud.PerDeviceCloud;
import io.mooring.examples.esp32bridge.config.BridgeConfig;
import io.mooring.examples.esp32bridge.config.CloudSettings;
import io.mooring.examples.esp32bridge.config.DeviceSettings;
import io.mooring.examples.esp32bridge.config.LocalSettings;
import io.mooring.examples.esp32bridge.config.SerialSettings;
import io.mooring.examples.esp32bridge.gateway.Gateway;
import io.mooring.examples.esp32bridge.gateway.Log;
import io.mooring.examples.esp32bridge.key.DeviceKeys;
import io.mooring.examples.esp32bridge.link.DeviceKey;
import io.mooring.examples.esp32bridge.local.LocalLeg;
import io.mooring.examples.esp32bridge.local.TlsBroker;
import io.mooring.examples.esp32bridge.plaintext.PlaintextBroker;
import io.mooring.examples.esp32bridge.serial.SerialLeg;
import io.mooring.examples.esp32bridge.serial.SystemPorts;
import io.mooring.identity.Secret;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A bridge that runs: everything opened in order, and closed in the order that loses nothing. */
final class Running implements AutoCloseable {
  static final String FAULT = "a fault of the bridge: ";

  private final StateFolder state;
  private final Gateway gateway;
  private final @Nullable LocalLeg local;
  private final @Nullable SerialLeg serial;

  private Running(
      StateFolder state, Gateway gateway, @Nullable LocalLeg local, @Nullable SerialLeg serial) {
    this.state = state;
    this.gateway = gateway;
    this.local = local;
    this.serial = serial;
  }

  /** Opens all legs; {@code ends} hears of a fault that the bridge cannot go on after. */
  static Running start(BridgeConfig config, Queue<String> ends) throws IOException {
    Log log = new Log(System.out::println, System::nanoTime);
    Map<String, DeviceKey> keys = keys(config);
    StateFolder state = StateFolder.open(config.state());
    boolean started = false;
    try {
      Gateway gateway =
          new Gateway(
              config,
              state.store(),
              keys,
              listener ->
                  config.cloud().identity() == CloudSettings.Identity.GATEWAY
                      ? new GatewayCloud(config, state.outboxes(), listener)
                      : new PerDeviceCloud(config, state.outboxes(), listener),
              log,
              Clock.systemUTC(),
              fault -> {
                fault.printStackTrace();
                ends.add(FAULT + fault);
              });
      LocalLeg local = local(config, gateway, log);
      SerialLeg serial = serial(config, gateway);
      log.say("Bridge " + config.name() + ": " + config.devices().size() + " devices");
      gateway.start(local);
      if (serial != null) {
        serial.start();
      }
      started = true;
      return new Running(state, gateway, local, serial);
    } finally {
      if (!started) {
        state.close();
      }
    }
  }

  private static @Nullable SerialLeg serial(BridgeConfig config, Gateway gateway) {
    SerialSettings settings = config.serial();
    return settings == null
        ? null
        : new SerialLeg(
            settings, new SystemPorts(), gateway.lineDirectory(), gateway.lineListener());
  }

  private static @Nullable LocalLeg local(BridgeConfig config, Gateway gateway, Log log) {
    LocalSettings settings = config.local();
    if (settings == null) {
      return null;
    }
    List<DeviceSettings> devices =
        config.devices().values().stream()
            .filter(device -> device.leg() == DeviceSettings.Leg.LOCAL)
            .toList();
    if (!settings.plaintext()) {
      return new TlsBroker(settings, config.name(), devices, gateway.localListener());
    }
    log.say(
        "WARNING: the local leg to "
            + settings.host()
            + ":"
            + settings.port()
            + " is PLAINTEXT (plaintext = "
            + LocalSettings.CLOSED_NETWORK
            + "): whoever is on that network reads and forges what its devices say");
    return new PlaintextBroker(settings, config.name(), devices, gateway.localListener());
  }

  private static Map<String, DeviceKey> keys(BridgeConfig config) throws IOException {
    SerialSettings settings = config.serial();
    Map<String, DeviceKey> found = new HashMap<>();
    if (settings == null) {
      return found;
    }
    List<String> missing = new ArrayList<>();
    try (Secret password = Secret.fromFile(settings.storepass())) {
      DeviceKeys keys = DeviceKeys.open(settings.keys(), password);
      for (DeviceSettings device : config.devices().values()) {
        if (device.leg() == DeviceSettings.Leg.SERIAL) {
          Optional<DeviceKey> key = keys.find(device.id());
          key.ifPresentOrElse(k -> found.put(device.id(), k), () -> missing.add(device.id()));
        }
      }
      keys.close();
    }
    if (!missing.isEmpty()) {
      throw new IOException(
          settings.keys()
              + " has no key for "
              + missing
              + ". Make one for each board: key add DEVICE");
    }
    return found;
  }

  /** How it stands, in one line. */
  String standing() {
    return serial == null ? gateway.standing() : gateway.standing() + ", " + serial.standing();
  }

  /** Why the watchdog is not to be told that the bridge lives; null if it does. */
  @Nullable String ailment() {
    String ailment = gateway.ailment();
    return ailment != null || serial == null ? ailment : serial.ailment();
  }

  /** Boards first, so that nothing new comes; the outbox and the store last. */
  @Override
  public void close() throws IOException {
    if (serial != null) {
      serial.close();
    }
    if (local != null) {
      local.close();
    }
    gateway.close();
    state.close();
  }
}
