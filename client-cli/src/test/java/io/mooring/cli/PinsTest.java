package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PinsTest {
  private static final String NOBODYS = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

  private final TestIdentity root = TestCertificates.ca("Brokers").create();
  private final TestIdentity issuing = root.issuesCa("Issuing").create();
  private final TestIdentity oldKey = issuing.server("localhost");
  private final TestIdentity newKey = issuing.server("localhost");
  private final TestIdentity signer = TestCertificates.ca("Pin Authority").create();

  @TempDir Path folder;

  @BeforeEach
  void deviceThatTrustsTheRoot() throws Exception {
    Path ca = root.writeRoot(folder.resolve("ca.pem"));
    device(ExitCode.DONE, "keystore", "init", "--make-storepass");
    device(ExitCode.DONE, "keystore", "put-ca", "--ca=" + ca);
  }

  @Test
  void add_keepsWhatIsThere_warnsWithoutBackup_andIsSafeToRunAgain() throws Exception {
    Cli first = pins(ExitCode.DONE, "add", "--pin=" + oldKey.spkiPin());
    assertTrue(first.err().contains("no backup pin"), first::err);
    pins(ExitCode.DONE, "add", "--pin=" + NOBODYS);
    byte[] before = Files.readAllBytes(folder.resolve("device.p12"));
    Cli again = pins(ExitCode.DONE, "add", "--pin=" + NOBODYS, "--json");
    assertArrayEquals(before, Files.readAllBytes(folder.resolve("device.p12")));
    assertTrue(again.out().contains("\"changed\":false"), again::out);
    assertEquals(
        "pin  " + oldKey.spkiPin() + "\npin  " + NOBODYS + "\n", pins(ExitCode.DONE, "show").out());
  }

  @Test
  void check_tellsLeafIntermediateAnchorAndUnmatched_andSendsNothing() throws Exception {
    try (var broker = broker(oldKey)) {
      pins(ExitCode.DONE, "add", "--pin=" + oldKey.spkiPin(), "--pin=" + issuing.spkiPin());
      pins(ExitCode.DONE, "add", "--pin=" + root.spkiPin(), "--pin=" + NOBODYS);
      Cli check = pins(ExitCode.DONE, "check", "--broker=" + broker.uri());
      assertTrue(check.out().contains("pin  " + oldKey.spkiPin() + "  leaf\n"), check::out);
      assertTrue(check.out().contains("pin  " + issuing.spkiPin() + "  intermediate\n"));
      assertTrue(check.out().contains("pin  " + root.spkiPin() + "  anchor\n"), check::out);
      assertTrue(check.out().contains("pin  " + NOBODYS + "  unmatched\n"), check::out);
      Cli json = pins(ExitCode.DONE, "check", "--broker=" + broker.uri(), "--json");
      assertTrue(json.out().contains("\"satisfied\":true"), json::out);
      assertTrue(json.out().contains("{\"pin\":\"" + NOBODYS + "\",\"place\":\"unmatched\"}"));
      broker.awaitHandshakeFailures(2);
      assertTrue(broker.connections().isEmpty(), "the handshake was completed");
    }
  }

  @Test
  void check_ofABrokerThatRequiresAClientCertificate_needsNone() throws Exception {
    try (var broker =
        ScriptedBroker.builder().identity(oldKey).requireClientCertificate(root.root()).start()) {
      pins(ExitCode.DONE, "add", "--pin=" + oldKey.spkiPin());
      pins(ExitCode.DONE, "check", "--broker=" + broker.uri());
    }
  }

  @Test
  void check_noPinMatches_endsWith4_butBrokersThatAreNotBelieved_tellNothing() throws Exception {
    pins(ExitCode.DONE, "add", "--pin=" + NOBODYS);
    try (var broker = broker(oldKey)) {
      Cli check = pins(ExitCode.TLS, "check", "--broker=" + broker.uri());
      assertTrue(check.err().contains("does not satisfy"), check::err);
    }
    TestIdentity stranger = TestCertificates.ca("Stranger").create().server("localhost");
    try (var broker = broker(stranger)) {
      Cli check = pins(ExitCode.TLS, "check", "--broker=" + broker.uri());
      assertEquals("", check.out());
    }
  }

  @Test
  void check_pinOnly_looksAtTheLeafAlone() throws Exception {
    try (var broker = broker(oldKey)) {
      pins(ExitCode.DONE, "add", "--pin=" + oldKey.spkiPin(), "--pin=" + root.spkiPin());
      Cli check = pins(ExitCode.DONE, "check", "--broker=" + broker.uri(), "--pin-only");
      assertTrue(check.out().contains("pin  " + root.spkiPin() + "  unmatched\n"), check::out);
    }
  }

  @Test
  void remove_ofTheLastPinThatMatches_isRefused_unlessTheRiskIsNamed() throws Exception {
    pins(ExitCode.DONE, "add", "--pin=" + oldKey.spkiPin(), "--pin=" + NOBODYS);
    try (var broker = broker(oldKey)) {
      String at = "--broker=" + broker.uri();
      byte[] before = Files.readAllBytes(folder.resolve("device.p12"));
      Cli refused = pins(ExitCode.TLS, "remove", "--pin=" + oldKey.spkiPin(), at);
      assertTrue(refused.err().contains("Nothing was changed"), refused::err);
      Cli all = pins(ExitCode.TLS, "remove", "--pin=" + oldKey.spkiPin(), "--pin=" + NOBODYS, at);
      assertTrue(all.err().contains("No pin would be left"), all::err);
      assertArrayEquals(before, Files.readAllBytes(folder.resolve("device.p12")));
      pins(ExitCode.DONE, "remove", "--pin=" + NOBODYS, at);
      assertEquals("pin  " + oldKey.spkiPin() + "\n", pins(ExitCode.DONE, "show").out());
      pins(ExitCode.DONE, "remove", "--pin=" + NOBODYS, at);
    }
    String last = "--pin=" + oldKey.spkiPin();
    pins(ExitCode.USAGE, "remove", last);
    pins(ExitCode.USAGE, "remove", last, "--offline");
    pins(ExitCode.USAGE, "remove", last, "--risk-lockout", "--broker=mqtts://h");
    Cli forced = pins(ExitCode.DONE, "remove", last, "--offline", "--risk-lockout");
    assertTrue(forced.err().contains("the broker was not asked"), forced::err);
    assertEquals("", pins(ExitCode.DONE, "show").out());
  }

  @Test
  void remove_brokerAway_changesNothing() throws Exception {
    pins(ExitCode.DONE, "add", "--pin=" + oldKey.spkiPin(), "--pin=" + NOBODYS);
    String away;
    try (var broker = broker(oldKey)) {
      away = "--broker=" + broker.uri();
    }
    pins(ExitCode.NETWORK, "remove", "--pin=" + NOBODYS, away);
    assertEquals(2, pins(ExitCode.DONE, "show").out().lines().count());
  }

  @Test
  void stagedSet_isPromotedOnceTheBrokerHasItsNewKey_andRolledBack() throws Exception {
    pins(ExitCode.DONE, "add", "--pin=" + oldKey.spkiPin(), "--pin=" + NOBODYS);
    pins(ExitCode.DONE, "signer", "--add=" + signer.spkiPin());
    Path document = sign(1, newKey.spkiPin(), NOBODYS);
    try (var broker = broker(oldKey)) {
      String at = "--broker=" + broker.uri();
      Cli staged = pins(ExitCode.DONE, "stage", "--document=" + document, at, "--json");
      assertTrue(staged.out().contains("\"stagedSatisfied\":false"), staged::out);
      assertTrue(
          pins(ExitCode.DONE, "stage", "--document=" + document, at).err().contains("nothing to"));
      assertTrue(
          pins(ExitCode.DONE, "check", at).out().contains("staged-pin  " + newKey.spkiPin()));
      Cli early = pins(ExitCode.TLS, "promote", at);
      assertTrue(early.err().contains("stay staged"), early::err);
    }
    try (var broker = broker(newKey)) {
      String at = "--broker=" + broker.uri();
      Cli check = pins(ExitCode.TLS, "check", at);
      assertTrue(check.err().contains("mooring pins promote"), check::err);
      pins(ExitCode.DONE, "promote", at);
      pins(ExitCode.DONE, "promote", at);
      pins(ExitCode.DONE, "check", at);
      assertEquals(
          List.of(
              "pin  " + newKey.spkiPin(),
              "pin  " + NOBODYS,
              "previous-pin  " + oldKey.spkiPin(),
              "previous-pin  " + NOBODYS,
              "pin-signer  " + signer.spkiPin()),
          pins(ExitCode.DONE, "show").out().lines().toList());
      pins(ExitCode.TLS, "rollback", at);
    }
    // What has nothing to do with pins leaves the previous ones.
    device(ExitCode.DONE, "keystore", "remove", "--ca");
    device(ExitCode.DONE, "keystore", "put-ca", "--ca=" + folder.resolve("ca.pem"));
    try (var broker = broker(oldKey)) {
      pins(ExitCode.DONE, "rollback", "--broker=" + broker.uri());
      pins(ExitCode.DONE, "check", "--broker=" + broker.uri());
      pins(ExitCode.CREDENTIAL, "stage", "--document=" + document, "--broker=" + broker.uri());
      pins(
          ExitCode.DONE,
          "stage",
          "--document=" + sign(2, newKey.spkiPin(), NOBODYS),
          "--broker=" + broker.uri(),
          "--offline");
      pins(ExitCode.DONE, "discard");
      pins(ExitCode.DONE, "discard");
    }
  }

  @Test
  void stage_signerNobodyNamed_orAlteredDocument_isRefused() throws Exception {
    Path document = sign(1, newKey.spkiPin(), NOBODYS);
    String at = "--broker=mqtts://localhost";
    Cli refused = pins(ExitCode.CREDENTIAL, "stage", "--document=" + document, at, "--offline");
    assertTrue(refused.err().contains(signer.spkiPin()), refused::err);
    pins(ExitCode.DONE, "signer", "--add=" + signer.spkiPin());
    Path altered =
        Files.writeString(
            folder.resolve("altered"),
            Files.readString(document).replace("counter 1", "counter 9"));
    Cli forged = pins(ExitCode.CREDENTIAL, "stage", "--document=" + altered, at, "--offline");
    assertTrue(forged.err().contains("signature"), forged::err);
    pins(ExitCode.DONE, "signer", "--remove=" + signer.spkiPin());
    pins(ExitCode.CREDENTIAL, "stage", "--document=" + document, at, "--offline");
    assertFalse(pins(ExitCode.DONE, "show").out().contains("staged"));
  }

  @Test
  void sign_neverOverwrites_andRefusesOnePin() throws Exception {
    Path document = sign(1, newKey.spkiPin(), NOBODYS);
    byte[] before = Files.readAllBytes(document);
    Cli.run(ExitCode.CREDENTIAL, signing(document, 2, newKey.spkiPin(), NOBODYS));
    assertArrayEquals(before, Files.readAllBytes(document));
    Cli.run(ExitCode.USAGE, signing(folder.resolve("one"), 2, NOBODYS, NOBODYS));
    Cli.run(ExitCode.USAGE, signing(folder.resolve("zero"), 0, newKey.spkiPin(), NOBODYS));
    assertFalse(Files.exists(folder.resolve("one")));
  }

  private Path sign(long counter, String... pins) throws Exception {
    Path out = folder.resolve("pins-" + counter + ".txt");
    Cli.run(ExitCode.DONE, signing(out, counter, pins));
    return out;
  }

  private String[] signing(Path out, long counter, String... pins) throws Exception {
    Path cert = folder.resolve("signer.pem");
    Path key = folder.resolve("signer-key.pem");
    if (!Files.exists(cert)) {
      signer.writeChain(cert);
      signer.writeKey(key);
    }
    List<String> all =
        new ArrayList<>(
            List.of(
                "pins",
                "sign",
                "--broker=mqtts://localhost",
                "--counter=" + counter,
                "--cert=" + cert,
                "--key=" + key,
                "--out=" + out));
    for (String pin : pins) {
      all.add("--pin=" + pin);
    }
    return all.toArray(new String[0]);
  }

  private static ScriptedBroker broker(TestIdentity identity) throws Exception {
    return ScriptedBroker.builder().identity(identity).start();
  }

  private Cli pins(ExitCode expected, String command, String... more) {
    return device(expected, "pins", command, more);
  }

  private Cli device(ExitCode expected, String group, String command, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                group,
                command,
                "--keystore=" + folder.resolve("device.p12"),
                "--storepass-file=" + folder.resolve("storepass")));
    all.addAll(List.of(more));
    return Cli.run(expected, all.toArray(new String[0]));
  }
}
