package io.mooring.bench.run;

import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the clients connect to: Mosquitto with TLS 1.3 and one cipher for everyone, the same with
 * Nagle's algorithm, and the feeder; these two are started when they are asked for. The files that
 * clients and feeder read are in the folder.
 */
final class Brokers implements AutoCloseable {
  /** What OpenSSL, s2n, SunJSSE and Bouncy Castle all have; one cipher, so that none is luckier. */
  static final String CIPHER = "TLS_AES_256_GCM_SHA384";

  private final Path folder;
  private final Path harness;
  private final TestIdentity authority = TestCertificates.ca("Benchmark CA").create();
  private final TestIdentity server = authority.server("localhost");
  private final MosquittoProcess mosquitto;
  private @Nullable MosquittoProcess withNagle;
  private @Nullable Feeder feeder;

  /**
   * Starts Mosquitto.
   *
   * @param harness the jar of this module
   */
  Brokers(Path folder, Path harness) throws IOException, InterruptedException {
    this.folder = folder;
    this.harness = harness;
    TestIdentity device = authority.client("bench");
    Files.createDirectories(folder);
    authority.writeRoot(folder.resolve("ca.pem"));
    device.writeChain(folder.resolve("client.pem"));
    device.writeKey(folder.resolve("client.key"));
    server.writeChain(folder.resolve("server.pem"));
    server.writeKey(folder.resolve("server.key"));
    mosquitto = broker().option("set_tcp_nodelay true").start();
  }

  private MosquittoProcess.Builder broker() {
    return MosquittoProcess.builder()
        .identity(server)
        .requireClientCertificate(authority.certificate())
        // Overrides what suits tests: a log line for each packet, and sessions on disk.
        .option("log_type none")
        .option("log_type error")
        .option("log_type warning")
        .option("log_type information")
        .option("connection_messages false")
        .option("persistence false")
        .option("max_inflight_messages 0")
        .option("max_queued_messages 0")
        .listenerOption("tls_version tlsv1.3")
        .listenerOption("ciphers_tls1.3 " + CIPHER);
  }

  int mosquitto() {
    return mosquitto.port();
  }

  /** As Mosquitto comes: the end of a handshake and CONNACK wait for each other's receipt. */
  int withNagle() throws IOException, InterruptedException {
    MosquittoProcess known = withNagle;
    if (known == null) {
      known = broker().start();
      withNagle = known;
    }
    return known.port();
  }

  int feeder() throws IOException {
    Feeder known = feeder;
    if (known == null) {
      known = new Feeder(harness, folder);
      feeder = known;
    }
    return known.port();
  }

  @Override
  public void close() throws IOException {
    if (feeder != null) {
      feeder.close();
    }
    if (withNagle != null) {
      withNagle.close();
    }
    mosquitto.close();
  }
}
