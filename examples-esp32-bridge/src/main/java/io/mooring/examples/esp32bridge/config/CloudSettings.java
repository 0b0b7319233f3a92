package io.mooring.examples.esp32bridge.config;

import io.mooring.Endpoint;
import io.mooring.outbox.Overflow;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The cloud leg.
 *
 * @param broker where to
 * @param identity one connection for all devices, or one for each
 * @param keystore the keystore file; holds {@code {device}} if each device has its own
 * @param storepass the file with its password; may hold {@code {device}}
 * @param outboxMessages bound of each outbox
 * @param outboxBytes bound of each outbox
 * @param overflow what happens when it is full
 * @param keepAlive of MQTT
 */
public record CloudSettings(
    Endpoint broker,
    Identity identity,
    String keystore,
    String storepass,
    int outboxMessages,
    long outboxBytes,
    Overflow overflow,
    Duration keepAlive) {
  /** Stands for the device id in file names. */
  public static final String DEVICE = "{device}";

  /** Who the cloud broker sees. */
  public enum Identity {
    /** The bridge, for all of its devices. */
    GATEWAY,
    /** Each device, on a connection of its own. */
    DEVICE
  }

  /** The keystore of a device or of the bridge itself. */
  public Path keystoreOf(String name) {
    return Path.of(keystore.replace(DEVICE, name));
  }

  /** The file with the password of {@link #keystoreOf}. */
  public Path storepassOf(String name) {
    return Path.of(storepass.replace(DEVICE, name));
  }
}
