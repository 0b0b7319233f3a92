package io.mooring.cli;

import io.mooring.ClientBuilder;
import io.mooring.Message;
import io.mooring.SecureMqttClient;
import io.mooring.demo.DemoBroker;
import io.mooring.outbox.Outbox;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.ScramCredential;
import io.mooring.testkit.ScramHash;
import io.mooring.testkit.ScramRefusal;
import io.mooring.testkit.ScramServer;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.SoftHsm;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.testkit.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Brokers, files and secrets for the doctor's faults. */
final class Bench implements AutoCloseable {
  static final String USER = "meter-0042";
  static final String PASSWORD = Canaries.PASSWORD;
  static final String STOREPASS = Canaries.STOREPASS;
  static final String PAYLOAD = Canaries.PAYLOAD;
  static final String PIN = SoftHsm.PIN;

  /** What must never be seen, whatever fails. */
  static final List<String> CANARIES =
      List.of(PASSWORD, STOREPASS, PAYLOAD, PIN, "canary", "biws", ",p=", "n,,n=", ",r=", ",s=");

  private final AtomicInteger files = new AtomicInteger();
  private final Path folder;
  final TestIdentity devices = TestCertificates.ca("Devices").create();
  final DemoBroker hive;
  final MosquittoProcess passwords;
  final MosquittoProcess certificates;
  final int plaintextPort;

  Bench(Path folder) throws Exception {
    this.folder = folder;
    this.plaintextPort = freePort();
    this.hive = DemoBroker.builder().device(USER, PASSWORD).start();
    this.passwords =
        MosquittoProcess.builder()
            .option("listener " + plaintextPort + " 127.0.0.1")
            .user(USER, PASSWORD)
            .acl("user " + USER + "\ntopic readwrite plant/7/" + USER + "/#\n")
            .start();
    this.certificates =
        MosquittoProcess.builder()
            .requireClientCertificate(devices.root())
            .certificateIsUser()
            .start();
  }

  @Override
  public void close() throws Exception {
    certificates.close();
    passwords.close();
    hive.close();
  }

  Path file(String name) {
    return folder.resolve(files.incrementAndGet() + "-" + name);
  }

  Path secret(String content) throws IOException {
    Path file = file("secret");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, content + "\n");
  }

  List<String> trusting(TestIdentity broker) throws IOException {
    return List.of("--ca=" + broker.writeRoot(file("ca.pem")));
  }

  /** The options of a certificate and its key. */
  List<String> certificate(TestIdentity device) throws IOException {
    return List.of(
        "--auth=certificate",
        "--cert=" + device.writeChain(file("cert.pem")),
        "--key=" + device.writeKey(file("key.pem")));
  }

  List<String> password(String method, String password) throws IOException {
    return List.of(
        "--auth=" + method,
        "--user=" + USER,
        "--client-id=" + USER,
        "--password-file=" + secret(password));
  }

  /** An outbox that holds one message, whose payload is a canary. */
  Path outboxWithOneMessage() throws Exception {
    Path outbox = file("outbox");
    ClientBuilder builder =
        SecureMqttClient.builder().broker("mqtts://localhost:" + freePort()).clientId(USER);
    try (SecureMqttClient client =
        builder.dangerous().anonymous().outbox(Outbox.in(outbox)).build()) {
      client
          .publish(Message.of("plant/7/" + USER + "/t", PAYLOAD))
          .accepted()
          .toCompletableFuture()
          .get(20, TimeUnit.SECONDS);
    }
    return outbox;
  }

  /** A broker whose third connection gets the script: TCP and TLS are looked at before. */
  static ScriptedBroker thirdConnection(Script script) throws IOException {
    return ScriptedBroker.builder()
        .onConnection(Script.record())
        .onConnection(Script.record())
        .onConnection(script)
        .start();
  }

  /** A broker that shows this certificate, and would accept anybody. */
  static ScriptedBroker showing(TestIdentity identity) throws IOException {
    return ScriptedBroker.builder().identity(identity).onEveryConnection(Script.record()).start();
  }

  /** SCRAM up to the challenge. */
  static ScramServer challenge(Wire wire, int iterations) throws IOException {
    ScramServer server =
        ScramServer.Config.of(
                ScramHash.SHA_256,
                name ->
                    Optional.of(
                        ScramCredential.of(ScramHash.SHA_256, PASSWORD.toCharArray(), iterations)))
            .begin();
    try {
      byte[] first =
          server.serverFirst(
              wire.expectConnect()
                  .properties()
                  .bytes(MqttProperty.AUTHENTICATION_DATA)
                  .orElseThrow()
                  .toArray());
      wire.auth(MqttPackets.CONTINUE_AUTHENTICATION, ScramHash.SHA_256.mechanism(), first);
      return server;
    } catch (ScramRefusal e) {
      throw new AssertionError(e);
    }
  }

  /** A port that was free a moment ago. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
