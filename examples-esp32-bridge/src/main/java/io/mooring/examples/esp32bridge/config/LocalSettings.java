package io.mooring.examples.esp32bridge.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The local leg.
 *
 * @param host of the broker on the closed side
 * @param port of it
 * @param plaintext without TLS: only by name, and only to a loopback or private address
 * @param base the topic that devices hang below at that broker
 * @param keystore authorities, pins and credentials for TLS; null with plaintext
 * @param storepass the file with the keystore's password; null with plaintext
 * @param user the MQTT User Name, or null to use what the keystore holds, or none with plaintext
 * @param password the file with its password, or null
 * @param keepAlive of MQTT
 */
public record LocalSettings(
    String host,
    int port,
    boolean plaintext,
    String base,
    @Nullable Path keystore,
    @Nullable Path storepass,
    @Nullable String user,
    @Nullable Path password,
    Duration keepAlive) {
  /** What has to be written to switch TLS off. */
  public static final String CLOSED_NETWORK = "closed-network";
}
