package io.mooring.image;

import io.mooring.SecureMqttClient;
import io.mooring.demo.DemoBroker;
import io.mooring.demo.DemoUser;
import io.mooring.error.MooringException;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.PemIdentity;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.testkit.ScramHash;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A broker, a provisioned device and a program that is run as that device: while the JVM lists the
 * classes that it loads, or to see an image work.
 *
 * <p>In the program's arguments these words are replaced: {@code {broker}}, {@code {client-id}},
 * {@code {keystore}}, {@code {storepass}}, {@code {base}}, {@code {folder}}.
 */
public final class TrainingGround {
  private static final String DEVICE = "trainee";
  private static final String OPERATOR = "trainer";
  private static final String BASE = "plant/7";
  private static final long PATIENCE_SECONDS = 120;
  private static final int ITERATIONS = 4096;

  private final Path folder;
  private final TestIdentity devices = TestCertificates.ca("Devices").create();
  private final TestIdentity broker = TestCertificates.ca("Broker CA").create().server("localhost");
  private final PinSet pins =
      PinSet.of(
          SpkiPin.of(broker.certificate()),
          SpkiPin.of(TestCertificates.selfSigned("offline").create().certificate()));

  private TrainingGround(Path folder) {
    this.folder = folder;
  }

  /**
   * {@code TrainingGround FOLDER MESSAGES COMMAND...}: runs the command until it ends with 0, or,
   * if {@code MESSAGES} is more than 0, until the broker has had that many messages of it; then
   * ends it by SIGTERM and wants 0 all the same. Exit codes: 0 it did, 1 it did not, 2 usage.
   */
  public static void main(String[] arguments)
      throws IOException, GeneralSecurityException, InterruptedException {
    if (arguments.length < 3) {
      System.err.println("usage: TrainingGround FOLDER MESSAGES COMMAND...");
      System.exit(2);
    }
    List<String> command = Arrays.asList(arguments).subList(2, arguments.length);
    Path parent = Files.createDirectories(Path.of(arguments[0]));
    int status = 1;
    try {
      TrainingGround ground = new TrainingGround(Files.createTempDirectory(parent, "device-"));
      status = ground.run(Integer.parseInt(arguments[1]), command) == 0 ? 0 : 1;
    } catch (IOException | MooringException e) {
      System.err.println("TrainingGround: " + e);
    } finally {
      // HiveMQ leaves threads behind that are no daemons.
      System.exit(status);
    }
  }

  private int run(int messages, List<String> command)
      throws IOException, GeneralSecurityException, InterruptedException {
    String devicePassword = random();
    String operatorPassword = random();
    DemoUser user =
        DemoUser.of(DEVICE, DemoUser.Role.DEVICE, devicePassword.toCharArray(), ITERATIONS);
    provision(devicePassword, user.credential(ScramHash.SHA_256).orElseThrow().salt());
    try (DemoBroker running =
            DemoBroker.builder()
                .certificate(broker)
                .base(BASE)
                .iterations(ITERATIONS)
                .requireClientCertificate(devices.root())
                .user(user)
                .operator(OPERATOR, operatorPassword)
                .start();
        SecureMqttClient operator = operator(running, operatorPassword)) {
      CountDownLatch seen = new CountDownLatch(messages);
      operator.subscribe(BASE + "/" + DEVICE + "/#", message -> seen.countDown());
      operator.connect();
      Process program = new ProcessBuilder(filledIn(command, running)).inheritIO().start();
      try {
        return attend(program, seen, messages > 0);
      } finally {
        program.destroyForcibly();
      }
    }
  }

  private static int attend(Process program, CountDownLatch seen, boolean endIt)
      throws InterruptedException {
    if (endIt) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      boolean enough = false;
      while (!enough && program.isAlive() && System.nanoTime() < end) {
        enough = seen.await(1, TimeUnit.SECONDS);
      }
      if (seen.getCount() > 0) {
        System.err.println("The program sent too few messages: " + seen.getCount() + " missing");
        return 1;
      }
      program.destroy();
    }
    if (!program.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      System.err.println("The program did not end within " + PATIENCE_SECONDS + " s");
      return 1;
    }
    if (program.exitValue() != 0) {
      System.err.println("The program ended with " + program.exitValue());
    }
    return program.exitValue();
  }

  private List<String> filledIn(List<String> command, DemoBroker running) {
    return command.stream()
        .map(
            word ->
                word.replace("{broker}", running.uri())
                    .replace("{client-id}", DEVICE)
                    .replace("{keystore}", folder.resolve("device.p12").toString())
                    .replace("{storepass}", folder.resolve("storepass").toString())
                    .replace("{base}", BASE)
                    .replace("{folder}", folder.toString()))
        .toList();
  }

  private SecureMqttClient operator(DemoBroker running, String password) throws IOException {
    TestIdentity desk = devices.client(OPERATOR);
    return SecureMqttClient.builder()
        .broker(running.uri())
        .clientId(OPERATOR)
        .tls(TlsPolicy.trusting(List.of(broker.root())).pinned(pins))
        .identity(
            PemIdentity.open(
                desk.writeChain(folder.resolve("desk.pem")),
                desk.writeKey(folder.resolve("desk.key"))))
        .authenticate(
            Scram.sha256(
                ScramCredential.password(
                    OPERATOR, Secret.ofUtf8(password.getBytes(StandardCharsets.UTF_8)))))
        .build();
  }

  /** The files that a device has. */
  private void provision(String password, byte[] salt) throws IOException {
    String storepass = random();
    Path storepassFile = folder.resolve("storepass");
    Files.createFile(
        storepassFile,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(storepassFile, storepass);
    Path file = folder.resolve("device.p12");
    TestIdentity device = devices.client(DEVICE);
    try (Secret secret = Secret.ofUtf8(storepass.getBytes(StandardCharsets.UTF_8));
        Secret scram = Secret.ofUtf8(password.getBytes(StandardCharsets.UTF_8));
        var keys = ScramKeyDerivation.derive("SCRAM-SHA-256", DEVICE, scram, salt, ITERATIONS);
        DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, secret)) {
      keystore
          .putIdentity(device.privateKey(), device.chain())
          .putScram(keys)
          .pins(pins.pins())
          .authorities(List.of(broker.root()))
          .makeOutboxKey()
          .save();
    }
  }

  private static String random() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
