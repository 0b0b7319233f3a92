package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.enrol.Enrolment;
import io.mooring.enrol.EstLogin;
import io.mooring.enrol.IdentityStore;
import io.mooring.enrol.KeystoreFileStore;
import io.mooring.enrol.RequestedNames;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.testkit.EstServer;
import io.mooring.testkit.MosquittoProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device that is killed at random instants of its renewals: it always connects again. */
@Timeout(240)
class RenewalCrashTest {
  private static final int ROUNDS = 15;
  private static final long SEED = 11;

  @TempDir private Path folder;

  @Test
  void killed_anywhereInARenewal_connectsAgain_withTheKeyItHas() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    try (EstServer server = RenewalTest.est();
        MosquittoProcess broker = RenewalTest.broker(server)) {
      broker.identity().writeRoot(folder.resolve("broker-ca.pem"));
      server.identity().writeRoot(folder.resolve("est-ca.pem"));
      enrol(server);
      int renewals = 0;
      for (int round = 0; round < ROUNDS; round++) {
        renewals += run(broker, server, random.nextInt(0, 4_000));
      }
      int issued = server.issued().size();
      System.out.println(
          "renewal: " + ROUNDS + " kills, " + issued + " issued, " + renewals + " renewals said");
      assertTrue(issued > 1, "the device was killed before it did anything");
    }
  }

  /** Kills the device some time after it connected; how often it said that it had renewed. */
  private int run(MosquittoProcess broker, EstServer server, int millis) throws Exception {
    Process device = device(broker, server);
    int renewals = 0;
    boolean connected = false;
    try (BufferedReader said = device.inputReader(StandardCharsets.UTF_8)) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        renewals += line.equals("renewed") ? 1 : 0;
        if (line.equals("connected")) {
          connected = true;
          device
              .onExit()
              .orTimeout(millis, TimeUnit.MILLISECONDS)
              .whenComplete((ended, timeout) -> device.toHandle().destroyForcibly());
        }
      }
    } finally {
      device.destroyForcibly().waitFor();
    }
    assertTrue(connected, "the device did not connect after a kill");
    return renewals;
  }

  private void enrol(EstServer server) {
    Path file = folder.resolve("device.p12");
    try (Secret password = Secret.of(RenewalTest.STOREPASS.toCharArray())) {
      try (DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, password)) {
        keystore.save();
      }
      try (IdentityStore store = KeystoreFileStore.open(file, password)) {
        Enrolment.in(store)
            .enrol(
                RenewalTest.client(server),
                EstLogin.password("meter", Secret.of("once".toCharArray())),
                RequestedNames.subject("CN=meter-0042"),
                null,
                Enrolment.Trial.NONE);
      }
    }
  }

  private Process device(MosquittoProcess broker, EstServer server) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            RenewingDevice.class.getName(),
            Integer.toString(broker.port()),
            folder.resolve("broker-ca.pem").toString(),
            folder.resolve("device.p12").toString(),
            server.url(),
            folder.resolve("est-ca.pem").toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
