package io.mooring.bench.run;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which jars each client needs, and none that it does not. */
final class ClassPaths {
  private static final Map<String, List<String>> JARS =
      Map.of(
          "mooring",
          List.of(
              "client-core-",
              "client-scram-",
              "client-keystore-",
              "bctls-",
              "bcprov-",
              "bcutil-",
              "org.eclipse.paho.mqttv5.client-"),
          "hivemq",
          List.of(
              "hivemq-mqtt-client-",
              "netty-",
              "rxjava-",
              "reactive-streams-",
              "jctools-core-",
              "dagger-",
              "javax.inject-",
              "annotations-"),
          "paho-jsse",
          List.of("org.eclipse.paho.mqttv5.client-"),
          "paho-bc",
          List.of("org.eclipse.paho.mqttv5.client-", "bctls-", "bcprov-", "bcutil-", "bcpkix-"),
          "aws-crt",
          List.of("aws-crt-"),
          "raw",
          List.of());

  private final Path lib;
  private final Path harness;

  /**
   * Takes the folder that the build has filled.
   *
   * @param lib the jars of all clients
   * @param harness the jar of this module
   */
  ClassPaths(Path lib, Path harness) {
    this.lib = lib;
    this.harness = harness;
  }

  /** The client's own jars, without the harness. */
  List<Path> jars(String client) throws IOException {
    List<Path> found = new ArrayList<>();
    List<String> names = JARS.getOrDefault(client, List.of());
    try (Stream<Path> files = Files.list(lib)) {
      List<Path> sorted = files.sorted().toList();
      for (String name : names) {
        List<Path> matching =
            sorted.stream()
                .filter(file -> isVersionOf(file.getFileName().toString(), name))
                .toList();
        if (matching.isEmpty()) {
          throw new IOException("No jar called " + name + "*.jar in " + lib + "; build first");
        }
        found.addAll(matching);
      }
    }
    return found;
  }

  /** The client's jars by name. */
  String versions(String client) throws IOException {
    String names =
        jars(client).stream()
            .map(jar -> jar.getFileName().toString().replace(".jar", ""))
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "the JDK's SSLSocket" : names;
  }

  /** The jar of this module. */
  Path harness() {
    return harness;
  }

  /** The client's jars with the harness in front. */
  String classPath(String client) throws IOException {
    return Stream.concat(Stream.of(harness), jars(client).stream())
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Netty's modules share a prefix; elsewhere a version follows. */
  private static boolean isVersionOf(String file, String name) {
    return file.endsWith(".jar")
        && file.startsWith(name)
        && (name.equals("netty-")
            || Character.isDigit(file.charAt(name.length()))
            || file.startsWith(name + "jdk18on"));
  }
}
