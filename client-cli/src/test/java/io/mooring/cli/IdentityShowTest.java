package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityShowTest {
  @TempDir Path folder;

  @Test
  void everythingThatIsThere_isShown_andNoSecret() throws Exception {
    TestIdentity root = TestCertificates.ca("Devices").create();
    TestIdentity device = root.issuesCa("Line 3").create().client("meter-0042");
    Path password = Cli.secret(folder.resolve("password"), "pencil\n");
    run("keystore", "init", "--make-storepass");
    run(
        "keystore",
        "put-cert",
        "--cert=" + device.writeChain(folder.resolve("cert.pem")),
        "--key=" + device.writeKey(folder.resolve("key.pem")));
    run("keystore", "put-ca", "--ca=" + root.writeRoot(folder.resolve("ca.pem")));
    run(
        "put-scram",
        null,
        "--mechanism=scram-sha-256",
        "--user=meter-0042",
        "--salt=W22ZaJ0SNY7soEsUEjb6gQ==",
        "--iterations=4096",
        "--password-file=" + password);
    run("pins", "add", "--pin=" + root.spkiPin());
    run("keystore", "put-outbox-key");

    String shown = run("identity", "show").out();
    assertTrue(shown.contains("certificate  CN=meter-0042\n"), shown);
    assertTrue(shown.contains("  pin          " + device.spkiPin() + "\n"), shown);
    assertTrue(
        shown.contains("  fingerprint  " + Fingerprints.of(device.certificate()) + "\n"), shown);
    assertTrue(shown.contains("issuer  CN=Line 3\n"), shown);
    assertTrue(shown.contains("scram  SCRAM-SHA-256  user meter-0042  iterations 4096\n"), shown);
    assertTrue(shown.contains("pin  " + root.spkiPin() + "\n"), shown);
    assertTrue(shown.contains("ca  CN=Devices\n"), shown);
    assertTrue(shown.contains("outbox-key  present\n"), shown);
    String json = run("identity", "show", "--json").out();
    assertEquals(1, json.lines().count(), json);
    assertTrue(json.contains("\"mechanism\":\"SCRAM-SHA-256\""), json);
    assertTrue(json.contains("\"outboxKey\":true"), json);
    String storepass = Files.readString(folder.resolve("storepass")).strip();
    for (String secret : List.of("pencil", storepass)) {
      assertFalse((shown + json).contains(secret));
    }
  }

  @Test
  void certificateThatEndsSoon_isAWarning_andEarlierIfAsked() throws Exception {
    TestIdentity device = TestCertificates.ca("Devices").create().client("meter");
    run("keystore", "init", "--make-storepass");
    run(
        "keystore",
        "put-cert",
        "--cert=" + device.writeChain(folder.resolve("cert.pem")),
        "--key=" + device.writeKey(folder.resolve("key.pem")));
    Cli soon = run("identity", "show");
    assertTrue(soon.err().contains("CN=meter ends at"), soon::err);
    assertEquals("", run("identity", "show", "--warn-days=0").err());
    Cli json = run("identity", "show", "--json");
    assertTrue(json.out().contains("\"warnings\":[\"the certificate of CN=meter"), json::out);
  }

  @Test
  void outboxKey_stays_unlessItIsToBeReplaced() throws Exception {
    run("keystore", "init", "--make-storepass");
    run("keystore", "put-outbox-key");
    byte[] before = Files.readAllBytes(folder.resolve("device.p12"));
    assertTrue(run("keystore", "put-outbox-key", "--json").out().contains("\"changed\":false"));
    assertArrayEquals(before, Files.readAllBytes(folder.resolve("device.p12")));
    assertTrue(
        run("keystore", "put-outbox-key", "--json", "--replace")
            .out()
            .contains("\"changed\":true"));
  }

  private Cli run(String group, String command, String... more) {
    List<String> all = new ArrayList<>(List.of(group));
    if (command != null) {
      all.add(command);
    }
    all.add("--keystore=" + folder.resolve("device.p12"));
    all.add("--storepass-file=" + folder.resolve("storepass"));
    all.addAll(List.of(more));
    return Cli.run(ExitCode.DONE, all.toArray(new String[0]));
  }
}
