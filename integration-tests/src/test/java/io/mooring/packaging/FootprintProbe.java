package io.mooring.packaging;

import io.mooring.testkit.ListeningSockets;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.testkit.Wire;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Runs a {@link FootprintDevice} against the scripted broker and notes what it weighs. */
final class FootprintProbe {
  /** What {@link #measure} finds. */
  static final Set<String> FIGURES =
      Set.of(
          "classes",
          "classes-mooring",
          "classes-bouncycastle",
          "threads-1-client",
          "threads-16-clients",
          "threads-16-clients-stay",
          "listening-sockets",
          "alloc-publish-qos0",
          "alloc-publish-qos1",
          "alloc-receive-qos1",
          "alloc-echo-qos0");

  /**
   * The second compiler leaves out allocations, and which ones depends on when it gets to run.
   * Without it a message costs what the code says.
   */
  private static final List<String> FLAGS =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms32m", "-Xmx32m");

  private final Path folder;
  private final Map<String, Long> figures = new TreeMap<>();

  private FootprintProbe(Path folder) {
    this.folder = folder;
  }

  /** The figures of one run. */
  static Map<String, Long> measure(Path folder) throws IOException, InterruptedException {
    FootprintProbe probe = new FootprintProbe(folder);
    TestIdentity authority = TestCertificates.ca("Footprint CA").create();
    TestIdentity device = authority.client("footprint");
    authority.writeRoot(folder.resolve("ca.pem"));
    device.writeChain(folder.resolve("client.pem"));
    device.writeKey(folder.resolve("client.key"));
    try (ScriptedBroker broker =
        ScriptedBroker.builder()
            .identity(authority.server("localhost"))
            .requireClientCertificate(authority.certificate())
            .bound(Duration.ofSeconds(30))
            .onConnection(FootprintProbe::converse)
            .onEveryConnection(Script.accepting())
            .start()) {
      probe.run(broker.port());
    }
    return probe.figures;
  }

  /** The broker's half of {@link FootprintDevice}, one message at a time. */
  private static void converse(Wire wire) throws IOException {
    wire.expectConnect();
    wire.connack();
    int messages = FootprintDevice.WARM + FootprintDevice.COUNT;
    for (int i = 0; i < 1 + messages; i++) {
      wire.puback(wire.expectPublish().packetId());
    }
    for (int i = 0; i < messages; i++) {
      wire.expectPublish();
    }
    wire.suback(wire.expectSubscribe().packetId(), 1);
    byte[] payload = new byte[FootprintDevice.SIZE];
    for (int i = 1; i <= messages; i++) {
      wire.publish(FootprintDevice.DOWN, payload, 1, i);
      wire.expectAck(MqttType.PUBACK);
    }
    wire.publish(FootprintDevice.DOWN, payload);
    for (int i = 0; i < messages; i++) {
      wire.expectPublish();
      wire.publish(FootprintDevice.DOWN, payload);
    }
    wire.serve();
  }

  private void run(int port) throws IOException, InterruptedException {
    Path classes = folder.resolve("classes.txt");
    Path log = folder.resolve("device.log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.add("-Xlog:class+load:file=" + classes + ":none");
    command.addAll(List.of("-cp", classPath(), FootprintDevice.class.getName()));
    command.addAll(List.of(Integer.toString(port), folder.toString()));
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    try (BufferedReader out = process.inputReader(StandardCharsets.US_ASCII);
        OutputStream in = process.getOutputStream()) {
      await(out, FootprintDevice.PUBACK, log);
      count(Files.readAllLines(classes));
      in.write('\n');
      in.flush();
      await(out, FootprintDevice.DONE, log);
      figures.put("listening-sockets", (long) ListeningSockets.ofProcess(process.pid()).size());
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private void count(List<String> lines) {
    figures.put("classes", (long) lines.size());
    figures.put("classes-mooring", startingWith(lines, "io.mooring."));
    figures.put("classes-bouncycastle", startingWith(lines, "org.bouncycastle."));
  }

  private static long startingWith(List<String> lines, String name) {
    // The device itself is the test's.
    return lines.stream()
        .filter(line -> line.startsWith(name) && !line.startsWith("io.mooring.packaging."))
        .count();
  }

  /** Figures come before the word that is waited for. */
  private void await(BufferedReader out, String word, Path log) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.equals(word)) {
        return;
      }
      String[] figure = line.split(" ", 2);
      figures.put(figure[0], Long.parseLong(figure[1]));
    }
    throw new IOException(
        "The device ended before it said " + word + ":\n" + Files.readString(log));
  }

  /** The libraries and this folder of tests; nothing else that a class could come from. */
  private static String classPath() {
    return Stream.concat(
            Libraries.all().stream(),
            Stream.of(
                Path.of(
                    FootprintProbe.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())))
        .map(Path::toString)
        .reduce((a, b) -> a + File.pathSeparator + b)
        .orElseThrow();
  }
}
