package io.mooring.examples.esp32bridge;

import io.mooring.examples.esp32bridge.config.BridgeConfig;
import io.mooring.examples.esp32bridge.config.DeviceSettings;
import io.mooring.examples.esp32bridge.config.LocalSettings;
import io.mooring.examples.esp32bridge.config.SerialSettings;
import java.util.Locale;

/** A configuration in words, as `check` says it. */
final class Described {
  private Described() {}

  static String of(BridgeConfig config) {
    StringBuilder text = new StringBuilder();
    text.append("Bridge ")
        .append(config.name())
        .append(": cloud ")
        .append(config.cloud().broker())
        .append(", one connection ")
        .append(
            config.cloud().identity().name().equals("GATEWAY") ? "for all devices" : "a device");
    SerialSettings serial = config.serial();
    if (serial != null) {
      serial
          .lines()
          .forEach(
              line ->
                  text.append("\nLines  ")
                      .append(line.pattern())
                      .append(" at ")
                      .append(line.baud())
                      .append(" baud"));
    }
    LocalSettings local = config.local();
    if (local != null) {
      text.append("\nLocal  ")
          .append(local.host())
          .append(':')
          .append(local.port())
          .append(local.plaintext() ? " in PLAINTEXT, closed network only" : " over TLS");
    }
    for (DeviceSettings device : config.devices().values()) {
      text.append("\nDevice ")
          .append(device.id())
          .append(" (")
          .append(device.leg().name().toLowerCase(Locale.ROOT))
          .append("): publishes ")
          .append(device.topics().publish().stream().map(r -> r.filter().text()).toList())
          .append(", is sent ")
          .append(device.topics().subscribe().stream().map(r -> r.filter().text()).toList());
    }
    return text.append("\nThe configuration is good.").toString();
  }
}
