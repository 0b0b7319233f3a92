package io.mooring.pi;

import io.mooring.SecureMqttClient;
import io.mooring.demo.DemoBroker;
import io.mooring.demo.DemoUser;
import io.mooring.examples.raspberrypi.RaspberryPi;
import io.mooring.identity.Secret;
import io.mooring.it.ProgramProcess;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.scram.DerivedScramKeys;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.testkit.ScramHash;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** HiveMQ CE with SCRAM over TLS, which can be restarted; keystore and settings of one device. */
final class PiWorld implements AutoCloseable {
  static final String DEVICE = "pi-0042";
  static final String TOPICS = "plant/7/" + DEVICE + "/";
  private static final String OPERATOR = "operator";
  private static final String PASSWORD = "correct horse battery staple";
  private static final int ITERATIONS = 4096;

  private final Path folder;
  private final TestIdentity identity =
      TestCertificates.ca("Pi test CA").create().server("localhost");
  private final DemoUser device =
      DemoUser.of(DEVICE, DemoUser.Role.DEVICE, PASSWORD.toCharArray(), ITERATIONS);
  private DemoBroker broker;

  /** The device as a process of its own. */
  static ProgramProcess start(Path temporary, Map<String, String> environment, String... arguments)
      throws IOException {
    return ProgramProcess.start(
        RaspberryPi.class,
        temporary,
        List.of("-Xmx64m", "-XX:TieredStopAtLevel=1"),
        environment,
        arguments);
  }

  PiWorld(Path folder) throws Exception {
    this.folder = folder;
    this.broker = start(0);
    Path storepass = folder.resolve("storepass");
    Files.createFile(
        storepass,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(storepass, "store password");
    var stored = device.credential(ScramHash.SHA_256).orElseThrow();
    TestIdentity backup = TestCertificates.selfSigned("kept offline").create();
    try (Secret password = Secret.of(PASSWORD.toCharArray());
        Secret opens = Secret.fromFile(storepass);
        DerivedScramKeys scram =
            ScramKeyDerivation.derive(
                ScramHash.SHA_256.mechanism(),
                DEVICE,
                password,
                stored.salt(),
                stored.iterations());
        DeviceKeystoreFile keystore =
            DeviceKeystoreFile.create(folder.resolve("device.p12"), opens)) {
      keystore
          .putScram(scram)
          .pins(List.of(SpkiPin.of(identity.certificate()), SpkiPin.of(backup.certificate())))
          .authorities(List.of(identity.root()))
          .save();
    }
  }

  private DemoBroker start(int port) throws Exception {
    return DemoBroker.builder()
        .certificate(identity)
        .port(port)
        .base("plant/7")
        .user(device)
        .operator(OPERATOR, PASSWORD)
        .start();
  }

  /** As a reboot of the broker's machine: its sessions and retained messages are gone. */
  void restartBroker(Outage outage) throws Exception {
    int port = broker.port();
    broker.close();
    outage.during();
    broker = start(port);
  }

  /** What happens while there is no broker. */
  interface Outage {
    void during() throws Exception;
  }

  /** Writes the settings anew, as an editor does. */
  Path settings(String... more) throws IOException {
    Path file = folder.resolve("mooring-pi.conf");
    return Files.writeString(
        file,
        """
        broker = mqtts://localhost:%d
        client-id = %s
        keystore = %s
        storepass-file = %s
        outbox = %s
        platform = mock
        %s
        """
            .formatted(
                broker.port(),
                DEVICE,
                folder.resolve("device.p12"),
                folder.resolve("storepass"),
                folder.resolve("outbox"),
                String.join("\n", more)));
  }

  Path folder() {
    return folder;
  }

  SecureMqttClient operator(String clientId) {
    SecureMqttClient client =
        SecureMqttClient.builder()
            .broker(broker.uri())
            .clientId(clientId)
            .tls(TlsPolicy.trusting(List.of(identity.root())))
            .authenticate(
                Scram.sha256(ScramCredential.password(OPERATOR, Secret.of(PASSWORD.toCharArray()))))
            .build();
    client.connect();
    return client;
  }

  @Override
  public void close() throws IOException {
    broker.close();
  }
}
