package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.demo.DemoBroker;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.ConnectProxy;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device that reaches its broker through a proxy alone is provisioned through it as well: what
 * takes {@code --proxy} never goes past it. EST has its own tests.
 */
@Timeout(120)
class ProxiedProvisioningTest {
  private static final String HOST = "broker.plant.invalid";

  @TempDir Path folder;

  @Test
  void scramKeys_pins_andMessages_goThroughTheProxy() throws Exception {
    TestIdentity identity = TestCertificates.ca("Broker CA").create().server(HOST);
    try (DemoBroker broker =
            DemoBroker.builder()
                .certificate(identity)
                .device(Bench.USER, Canaries.PASSWORD)
                .start();
        ConnectProxy proxy = ConnectProxy.open()) {
      Path password =
          Files.createFile(
              folder.resolve("password"),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(password, Canaries.PASSWORD + "\n");
      String at = "--broker=mqtts://" + HOST + ":" + broker.port();
      String way = "--proxy=http://localhost:" + proxy.port();
      run("keystore", "init", "--make-storepass");
      run("keystore", "put-ca", "--ca=" + identity.writeRoot(folder.resolve("ca.pem")));
      run(
          "pins",
          "add",
          "--pin=" + identity.spkiPin(),
          "--pin=" + TestIdentity.spkiPin(identity.root()));
      run(
          "put-scram",
          "--mechanism=scram-sha-256",
          "--user=" + Bench.USER,
          "--password-file=" + password,
          "--client-id=" + Bench.USER,
          at,
          way);
      assertEquals(1, proxy.requests().size());
      assertTrue(run("pins", "check", at, way).out().contains("leaf"));
      assertEquals(2, proxy.requests().size());
      run("pins", "remove", "--pin=" + TestIdentity.spkiPin(identity.root()), at, way);
      assertEquals(3, proxy.requests().size());
      run(
          "pub",
          "--client-id=" + Bench.USER,
          "--topic=plant/7/meter-0042/t",
          "--message=m",
          at,
          way);
      assertEquals(4, proxy.requests().size());
    }
  }

  private DoctorRun run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    int command = words.length > 1 && !words[1].startsWith("-") ? 2 : 1;
    all.addAll(
        command,
        List.of(
            "--keystore=" + folder.resolve("device.p12"),
            "--storepass-file=" + folder.resolve("storepass")));
    DoctorRun run = DoctorRun.ofCommand(Clock.systemUTC(), all);
    assertEquals(ExitCode.DONE.code(), run.exit(), run::toString);
    return run;
  }
}
