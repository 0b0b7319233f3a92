package io.mooring.packaging;

import io.mooring.SecureMqttClient;
import io.mooring.enrol.EstClient;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.micrometer.MicrometerMetrics;
import io.mooring.scram.Scram;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The libraries that a device links in, and what they stand on, as the tests found them. */
final class Libraries {
  private static final Map<String, Class<?>> OURS =
      new TreeMap<>(
          Map.of(
              "client-core", SecureMqttClient.class,
              "client-scram", Scram.class,
              "client-keystore", Pkcs12Identity.class,
              "client-enrol", EstClient.class));

  private static final List<Class<?>> THEIRS =
      List.of(
          org.eclipse.paho.mqttv5.common.packet.MqttConnect.class,
          org.bouncycastle.tls.TlsClientProtocol.class,
          org.bouncycastle.crypto.ec.CustomNamedCurves.class,
          org.bouncycastle.asn1.cms.CMSObjectIdentifiers.class);

  private Libraries() {}

  /** Our libraries by the name of their module: a jar, or a folder of classes. */
  static Map<String, Path> ours() {
    Map<String, Path> found = new TreeMap<>();
    OURS.forEach((name, type) -> found.put(name, home(type)));
    return found;
  }

  /** Those, and the adapters to what other people make. */
  static Map<String, Path> onRecord() {
    Map<String, Path> found = new TreeMap<>(ours());
    found.put("client-micrometer", home(MicrometerMetrics.class));
    return found;
  }

  /** What the adapter to Micrometer needs beside them, as bundles. */
  static List<Path> micrometer() {
    return List.of(
        home(io.micrometer.core.instrument.MeterRegistry.class),
        home(io.micrometer.common.KeyValue.class),
        home(org.jspecify.annotations.NullMarked.class));
  }

  /** What they need at run time. */
  static List<Path> theirs() {
    return THEIRS.stream().map(Libraries::home).distinct().toList();
  }

  /** All of it, as on a device. */
  static List<Path> all() {
    return Stream.concat(ours().values().stream(), theirs().stream()).toList();
  }

  private static Path home(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(type + " has no place", e);
    }
  }
}
