package io.mooring.faults;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.cli.Mooring;
import io.mooring.demo.DemoBroker;
import io.mooring.demo.DemoUser;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.PemIdentity;
import io.mooring.keystore.PinSetDocument;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.testkit.EstServer;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.ScramHash;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.SpkiPin;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device process is killed with SIGKILL at random instants of every step of its life. It always
 * connects again with what is on its disk, and the step, run again, comes to its end.
 */
@Tag("faults")
@Timeout(900)
class LifeKillTest {
  private static final long SEED = 20261121L;
  private static final long NEVER = -1;
  private static final String STOREPASS = "5f1e0c7a9b3d4826af10cd7711e2b394";
  private static final SpkiPin BACKUP = SpkiPin.parse("sha256/" + "A".repeat(43) + "=");

  @TempDir private Path folder;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final TestIdentity brokerCa = TestCertificates.ca("Broker CA").create();
  private final TestIdentity present = brokerCa.server("localhost");
  private final TestIdentity coming = brokerCa.server("localhost");
  private final TestIdentity factoryCa = TestCertificates.ca(LifeStep.FACTORY).create();
  private final TestIdentity signer = TestCertificates.selfSigned("Pin signer").create();
  private final DemoUser first = user("first");
  private final DemoUser second = user(LifeStep.PASSWORD);

  /** What a step needs from the test. */
  private interface Action {
    void run() throws Exception;
  }

  /**
   * A step to be cut off.
   *
   * @param from the folder each round begins with a copy of
   * @param input of the step
   * @param staged what the operator does once the new material is stored
   * @param reset puts the broker back to where a round begins
   */
  private record Cut(LifeStep step, Path from, int port, Path input, Action staged, Action reset) {}

  private DemoBroker scramBroker;
  private EstServer est;
  private Path estRoot;

  @Test
  void killedAnywhereInItsLife_connectsAgain_andFinishesTheStep() throws Exception {
    try (EstServer server = EstServer.builder().factoryRoots(factoryCa.root()).start();
        DemoBroker broker =
            DemoBroker.builder()
                .certificate(present)
                .requireClientCertificate(factoryCa.root(), server.authority().root())
                .user(first)
                .start();
        MosquittoProcess mosquitto =
            MosquittoProcess.builder()
                .identity(present)
                .requireClientCertificate(factoryCa.root(), server.authority().root())
                .certificateIsUser()
                .start()) {
      scramBroker = broker;
      est = server;
      estRoot = server.identity().writeRoot(folder.resolve("est-ca.pem"));
      Action nothing = () -> {};
      Path bundle = bundle(broker.port());
      install(bundle, broker.port());
      Path installed = folder.resolve("installed");
      command("bundle", "install", "--bundle", bundle.toString(), "--to", installed.toString());
      Path enrolled =
          killAll(new Cut(LifeStep.ENROL, installed, broker.port(), installed, nothing, nothing));
      assertNotEquals(leaf(installed), leaf(enrolled));
      Path renewed =
          killAll(new Cut(LifeStep.RENEW, enrolled, broker.port(), enrolled, nothing, nothing));
      assertNotEquals(leaf(enrolled).getPublicKey(), leaf(renewed).getPublicKey());

      Path salt = Files.writeString(folder.resolve("salt"), HexFormat.of().formatHex(salt(second)));
      Action toFirst = () -> broker.user(first);
      Action toSecond = () -> broker.user(second);
      Path rotated =
          killAll(new Cut(LifeStep.SCRAM, renewed, broker.port(), salt, toSecond, toFirst));
      requireScram(rotated, LifeStep.keys(salt));
      Path refused =
          killAll(new Cut(LifeStep.SCRAM_EARLY, renewed, broker.port(), salt, nothing, toFirst));
      requireScram(refused, keys(first, "first"));

      Path document = Files.write(folder.resolve("pins.mps"), document());
      Path pinned =
          killAll(
              new Cut(
                  LifeStep.PINS,
                  withoutScram(renewed),
                  mosquitto.port(),
                  document,
                  () -> mosquitto.restart(coming),
                  () -> mosquitto.restart(present)));
      requirePins(pinned);
    }
  }

  /** Each kill begins with a fresh folder and nothing in it; returns once all are over. */
  private void install(Path bundle, int port) throws Exception {
    Cut cut = new Cut(LifeStep.INSTALL, folder, port, bundle, () -> {}, () -> {});
    long nanos = child(cut, folder.resolve("INSTALL-0"), NEVER);
    int changed = 0;
    for (int round = 1; round <= kills(); round++) {
      Path etc = folder.resolve("INSTALL-" + round);
      child(cut, etc, instant(round, nanos));
      changed += Files.exists(etc) ? 1 : 0;
      if (Files.exists(etc.resolve("device.p12"))) {
        requireConnects(cut, etc); // the keystore is there only if all of it is
      }
      command("bundle", "install", "--bundle", bundle.toString(), "--to", etc.toString());
      requireConnects(cut, etc);
    }
    tell(cut, nanos, changed);
  }

  /** Returns the folder of a device that was not killed. */
  private Path killAll(Cut cut) throws Exception {
    Path untouched = fresh(cut, 0);
    long nanos = child(cut, untouched, NEVER);
    int changed = 0;
    for (int round = 1; round <= kills(); round++) {
      Path etc = fresh(cut, round);
      byte[] before = Files.readAllBytes(etc.resolve("device.p12"));
      child(cut, etc, instant(round, nanos));
      changed += Arrays.equals(before, Files.readAllBytes(etc.resolve("device.p12"))) ? 0 : 1;
      requireConnects(cut, etc);
      finish(cut, etc);
    }
    tell(cut, nanos, changed);
    return untouched;
  }

  private static void tell(Cut cut, long nanos, int changed) {
    System.out.printf(
        "%s: %d kills within %d ms, %d after a change on disk; every device connected%n",
        cut.step(), kills(), TimeUnit.NANOSECONDS.toMillis(nanos), changed);
  }

  /** Every other kill is in the later half, where a step writes. */
  private long instant(int round, long nanos) {
    return round % 2 == 0 ? random.nextLong(nanos) : random.nextLong(nanos / 2, nanos);
  }

  private static int kills() {
    return Clients.isLong() ? 60 : 6;
  }

  private void requireConnects(Cut cut, Path etc) throws Exception {
    try (LifeDevice device = new LifeDevice(site(cut, etc))) {
      device.awaitConnected();
      device.publish();
    }
  }

  /** Runs the step to its end; what came too early before is right now. */
  private void finish(Cut cut, Path etc) throws Exception {
    boolean early = cut.step() == LifeStep.SCRAM_EARLY;
    LifeStep step = early ? LifeStep.SCRAM : cut.step();
    step.run(
        site(cut, etc),
        cut.input(),
        new LifeStep.Operator() {
          @Override
          public void ready() {}

          @Override
          public void staged() throws Exception {
            if (early) {
              scramBroker.user(second);
            } else {
              cut.staged().run();
            }
          }
        });
    switch (step) {
      case ENROL, RENEW -> assertNotEquals(leaf(cut.from()), leaf(etc));
      case SCRAM -> requireScram(etc, LifeStep.keys(cut.input()));
      case PINS -> requirePins(etc);
      default -> throw new IllegalArgumentException("no end of " + step);
    }
  }

  /**
   * Runs the step in a process of its own, and kills it some time after it began; returns how long
   * it took.
   */
  private long child(Cut cut, Path etc, long delay) throws Exception {
    List<String> command = java(LifeStep.class);
    command.add(cut.step().name());
    command.add(etc.toString());
    command.add(Integer.toString(cut.port()));
    command.add(est.url());
    command.add(estRoot.toString());
    command.add(cut.input().toString());
    Process device = start(command);
    long began = 0;
    try (BufferedReader said = device.inputReader(StandardCharsets.UTF_8)) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.equals("ready")) {
          answer(device);
          began = System.nanoTime();
          if (delay != NEVER) {
            // Process.destroyForcibly would close what it said.
            CompletableFuture.delayedExecutor(delay, TimeUnit.NANOSECONDS)
                .execute(() -> device.toHandle().destroyForcibly());
          }
        } else if (line.equals("staged")) {
          cut.staged().run();
          answer(device);
        }
      }
      assertTrue(device.waitFor(30, TimeUnit.SECONDS));
    } finally {
      device.destroyForcibly();
    }
    assertNotEquals(0, began, () -> cut.step() + " did not begin: " + errors());
    if (delay == NEVER) {
      assertEquals(0, device.exitValue(), () -> cut.step() + " failed: " + errors());
    }
    return System.nanoTime() - began;
  }

  /**
   * A killed process closes its streams some time before it is seen to have ended, longer on a
   * loaded machine: one that does not hear has to end.
   */
  private static void answer(Process device) throws InterruptedException {
    try {
      device.getOutputStream().write('\n');
      device.getOutputStream().flush();
    } catch (IOException e) {
      assertTrue(device.waitFor(30, TimeUnit.SECONDS), "a live device hears nothing");
    }
  }

  private LifeDevice.Site site(Cut cut, Path etc) {
    return new LifeDevice.Site(etc, cut.port(), est.url(), estRoot);
  }

  private Path fresh(Cut cut, int round) throws Exception {
    cut.reset().run();
    return copy(cut.from(), cut.step() + "-" + round);
  }

  private Path copy(Path from, String name) throws IOException {
    Path etc =
        Files.createDirectory(
            folder.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    for (String file : List.of("device.p12", "storepass", "connection")) {
      Files.copy(from.resolve(file), etc.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    return etc;
  }

  /** Mosquitto has no SCRAM. */
  private Path withoutScram(Path from) throws IOException {
    Path etc = copy(from, "without-scram");
    try (Secret password = secret();
        DeviceKeystoreFile keystore =
            DeviceKeystoreFile.edit(etc.resolve("device.p12"), password)) {
      keystore.removeScram().save();
    }
    return etc;
  }

  private Path bundle(int port) throws Exception {
    Path storepass =
        Files.createFile(
            folder.resolve("storepass"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(storepass, STOREPASS + "\n");
    TestIdentity factory = factoryCa.client(LifeDevice.NAME);
    Path file = folder.resolve("factory.p12");
    try (Secret password = secret();
        DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, password)) {
      keystore
          .putIdentity(factory.privateKey(), factory.chain())
          .putScram(keys(first, "first"))
          .pins(List.of(SpkiPin.of(present.certificate()), BACKUP))
          .authorities(List.of(brokerCa.root()));
      keystore.stagedPins().trustSigners(List.of(SpkiPin.of(signer.certificate())));
      keystore.save();
    }
    Path bundle = folder.resolve("meter.mooring");
    command(
        "bundle",
        "make",
        "--keystore",
        file.toString(),
        "--storepass-file",
        storepass.toString(),
        "--name",
        LifeDevice.NAME,
        "--broker",
        "mqtts://localhost:" + port,
        "--out",
        bundle.toString());
    return bundle;
  }

  private byte[] document() throws IOException {
    DeviceIdentity key =
        PemIdentity.open(
            signer.writeChain(folder.resolve("signer.pem")),
            signer.writeKey(folder.resolve("signer.key")));
    Instant now = Instant.now();
    return PinSetDocument.sign(
            "localhost", after(), 1, now.minusSeconds(60), now.plusSeconds(3600), key)
        .encoded();
  }

  private List<SpkiPin> after() {
    return List.of(SpkiPin.of(coming.certificate()), BACKUP);
  }

  private void requirePins(Path etc) {
    try (Pkcs12Identity keystore = open(etc)) {
      assertEquals(after(), keystore.pins());
      assertTrue(keystore.pinRotation().staged().isEmpty());
    }
  }

  private static void requireScram(Path etc, ScramKeys wanted) {
    try (Pkcs12Identity keystore = open(etc)) {
      assertFalse(keystore.hasPendingScram());
      assertArrayEquals(wanted.clientKey(), keystore.scram().clientKey());
      assertArrayEquals(wanted.salt(), keystore.scram().salt());
    }
  }

  private static X509Certificate leaf(Path etc) {
    try (Pkcs12Identity keystore = open(etc)) {
      assertFalse(keystore.hasPendingKey());
      return keystore.identity().certificateChain().get(0);
    }
  }

  private static Pkcs12Identity open(Path etc) {
    try (Secret password = secret()) {
      return Pkcs12Identity.open(etc.resolve("device.p12"), password);
    }
  }

  private static Secret secret() {
    return Secret.of(STOREPASS.toCharArray());
  }

  private static DemoUser user(String password) {
    return DemoUser.of(
        LifeDevice.NAME, DemoUser.Role.DEVICE, password.toCharArray(), LifeStep.ITERATIONS);
  }

  private static byte[] salt(DemoUser user) {
    return user.credential(ScramHash.SHA_256).orElseThrow().salt();
  }

  private static ScramKeys keys(DemoUser user, String password) {
    return ScramKeyDerivation.derive(
        "SCRAM-SHA-256",
        user.name(),
        Secret.of(password.toCharArray()),
        salt(user),
        LifeStep.ITERATIONS);
  }

  private void command(String... arguments) throws Exception {
    List<String> command = java(Mooring.class);
    command.addAll(List.of(arguments));
    Process process = start(command);
    try {
      process.getInputStream().readAllBytes();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), this::errors);
  }

  private static List<String> java(Class<?> main) {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
  }

  private Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("stderr").toFile()))
        .start();
  }

  private String errors() {
    try {
      return Files.readString(folder.resolve("stderr"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
