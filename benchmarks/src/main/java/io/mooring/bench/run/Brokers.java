package io.mooring.bench.run;

import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the clients connect to: Mosquitto with TLS 1.3 and one cipher for everyone, and the feeder.
 * The files that clients read are in {@link #folder}.
 */
final class Brokers implements AutoCloseable {
  /** What OpenSSL, s2n, SunJSSE and Bouncy Castle all have; one cipher, so that none is luckier. */
  static final String CIPHER = "TLS_AES_256_GCM_SHA384";

  private final Path folder;
  private final MosquittoProcess mosquitto;
  private final Feeder feeder;

  Brokers(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    TestIdentity authority = TestCertificates.ca("Benchmark CA").create();
    TestIdentity server = authority.server("localhost");
    TestIdentity device = authority.client("bench");
    Files.createDirectories(folder);
    authority.writeRoot(folder.resolve("ca.pem"));
    device.writeChain(folder.resolve("client.pem"));
    device.writeKey(folder.resolve("client.key"));
    server.writeChain(folder.resolve("server.pem"));
    server.writeKey(folder.resolve("server.key"));
    mosquitto =
        MosquittoProcess.builder()
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
            .option("set_tcp_nodelay true")
            .listenerOption("tls_version tlsv1.3")
            .listenerOption("ciphers_tls1.3 " + CIPHER)
            .start();
    feeder = new Feeder(server, authority.certificate());
  }

  Path folder() {
    return folder;
  }

  int mosquitto() {
    return mosquitto.port();
  }

  int feeder() {
    return feeder.port();
  }

  @Override
  public void close() throws IOException {
    feeder.close();
    mosquitto.close();
  }
}
