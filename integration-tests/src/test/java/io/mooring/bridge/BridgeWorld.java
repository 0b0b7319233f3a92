package io.mooring.bridge;

import io.mooring.SecureMqttClient;
import io.mooring.demo.DemoBroker;
import io.mooring.demo.DemoUser;
import io.mooring.examples.esp32bridge.Esp32Bridge;
import io.mooring.examples.esp32bridge.key.KeyCommand;
import io.mooring.identity.Secret;
import io.mooring.it.ProgramProcess;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.scram.DerivedScramKeys;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.FaultProxy;
import io.mooring.testkit.RequiredTool;
import io.mooring.testkit.ScramHash;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * HiveMQ CE with SCRAM over TLS, a proxy that cuts, keystores and a configuration: what a bridge
 * needs around it, in one folder.
 */
final class BridgeWorld implements AutoCloseable {
  static final String NAME = "gw-01";
  static final String BASE = "plant/7";
  private static final String OPERATOR = "operator";
  private static final String PASSWORD = Canaries.PASSWORD;
  private static final int ITERATIONS = 4096;
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private final Path folder;
  private final DemoBroker broker;
  private final FaultProxy proxy;
  private final DemoUser gateway;

  BridgeWorld(Path folder) throws Exception {
    this.folder = folder;
    this.gateway = DemoUser.of(NAME, DemoUser.Role.OPERATOR, PASSWORD.toCharArray(), ITERATIONS);
    this.broker =
        DemoBroker.builder().base(BASE).user(gateway).operator(OPERATOR, PASSWORD).start();
    this.proxy = FaultProxy.to(broker.port());
    privately(folder.resolve("storepass"), "store password");
    keystore("gateway.p12", gateway, broker.identity());
  }

  /** Between the bridge and its broker, and nobody else. */
  FaultProxy proxy() {
    return proxy;
  }

  Path folder() {
    return folder;
  }

  /** The program that firmware and tests share, built from the sources of this tree. */
  static Path boardProgram() throws IOException, InterruptedException {
    RequiredTool.orSkip("make");
    RequiredTool.orSkip("gcc");
    Path firmware = ROOT.resolve("examples-esp32-bridge/firmware");
    Process make =
        new ProcessBuilder("make", "-s", "-C", firmware.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!make.waitFor(60, TimeUnit.SECONDS) || make.exitValue() != 0) {
      throw new AssertionError("the firmware did not build: " + said);
    }
    return firmware.resolve("build/mooring-device");
  }

  /** The bridge as a process of its own. */
  ProgramProcess bridge(Path configuration) throws IOException {
    return bridge(configuration, 96);
  }

  /** The bridge with so much heap, in MB. */
  ProgramProcess bridge(Path configuration, int heap) throws IOException {
    return ProgramProcess.start(
        Esp32Bridge.class,
        Files.createDirectories(folder.resolve("tmp")),
        List.of("-Xmx" + heap + "m"),
        Map.of(),
        "run",
        "--config",
        configuration.toString(),
        "--stop-with-stdin");
  }

  /** Gives a device its key, as a person would; the file for the board is its name. */
  Path key(String device) throws IOException {
    Path board = folder.resolve(device + ".key");
    KeyCommand.run(
        List.of(
            "add",
            device,
            "--keys",
            folder.resolve("boards.p12").toString(),
            "--storepass-file",
            folder.resolve("storepass").toString(),
            "--out",
            board.toString()),
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    return board;
  }

  /** Writes a configuration with boards on lines. */
  Path configuration(String... more) throws IOException {
    return write(
        "keystore = gateway.p12",
        """
        [serial]
        line = %s/tty-* 1000000
        keys = boards.p12
        storepass-file = storepass
        keep-alive = 1s
        window = 16
        rescan = 100ms
        flood-pause = 1s
        """
            .formatted(folder),
        String.join("\n", more));
  }

  /** Writes a configuration of a local leg alone. */
  Path configurationWithoutSerial(String... more) throws IOException {
    return write("keystore = gateway.p12", "", String.join("\n", more));
  }

  /** Writes a configuration with a connection a device. */
  Path configurationPerDevice(String... more) throws IOException {
    return write("identity = device\nkeystore = {device}.p12", "", String.join("\n", more));
  }

  private Path write(String identity, String serial, String more) throws IOException {
    return Files.writeString(
        folder.resolve("bridge.conf"),
        """
        [bridge]
        name = %s
        base = %s
        state = state
        link-report = 1s
        [cloud]
        broker = mqtts://localhost:%d
        %s
        storepass-file = storepass
        outbox-messages = 20000
        [commands]
        per-device = 20000
        total = 20000
        %s
        %s
        """
            .formatted(NAME, BASE, proxy.port(), identity, serial, more));
  }

  /** Somebody at the other end of the cloud, past the proxy. */
  SecureMqttClient operator(String clientId) {
    SecureMqttClient client =
        SecureMqttClient.builder()
            .broker(broker.uri())
            .clientId(clientId)
            .tls(TlsPolicy.trusting(List.of(broker.identity().root())))
            .authenticate(
                Scram.sha256(ScramCredential.password(OPERATOR, Secret.of(PASSWORD.toCharArray()))))
            .queue(20_000, 16L << 20)
            .build();
    client.connect();
    return client;
  }

  /** A device with a connection of its own: user at the broker, keystore here. */
  void deviceKeystore(String id) throws IOException {
    DemoUser user = DemoUser.of(id, DemoUser.Role.DEVICE, PASSWORD.toCharArray(), ITERATIONS);
    broker.user(user);
    keystore(id + ".p12", user, broker.identity());
  }

  /** What the local leg needs to know its broker. */
  void localKeystore(TestIdentity localBroker) throws IOException {
    try (Secret storepass = Secret.fromFile(folder.resolve("storepass"));
        DeviceKeystoreFile keystore =
            DeviceKeystoreFile.create(folder.resolve("local.p12"), storepass)) {
      keystore.pins(pins(localBroker)).authorities(List.of(localBroker.root())).save();
    }
  }

  private void keystore(String name, DemoUser user, TestIdentity presented) throws IOException {
    var stored = user.credential(ScramHash.SHA_256).orElseThrow();
    try (Secret password = Secret.of(PASSWORD.toCharArray());
        Secret storepass = Secret.fromFile(folder.resolve("storepass"));
        DerivedScramKeys scram =
            ScramKeyDerivation.derive(
                ScramHash.SHA_256.mechanism(),
                user.name(),
                password,
                stored.salt(),
                stored.iterations());
        DeviceKeystoreFile keystore = DeviceKeystoreFile.create(folder.resolve(name), storepass)) {
      keystore.putScram(scram).pins(pins(presented)).authorities(List.of(presented.root())).save();
    }
  }

  private static List<SpkiPin> pins(TestIdentity presented) {
    TestIdentity backup = TestCertificates.selfSigned("kept offline").create();
    return List.of(SpkiPin.of(presented.certificate()), SpkiPin.of(backup.certificate()));
  }

  private static void privately(Path file, String text) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    broker.close();
  }
}
