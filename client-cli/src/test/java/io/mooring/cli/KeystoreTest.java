package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeystoreTest {
  private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";

  @TempDir Path folder;

  @Test
  void keystore_isMadeFilledShownAndEmptied() throws Exception {
    TestIdentity root = TestCertificates.ca("Devices").create();
    TestIdentity device = root.client("meter-0042");
    Path cert = device.writeChain(folder.resolve("cert.pem"));
    Path key = device.writeKey(folder.resolve("key.pem"));
    Path ca = root.writeRoot(folder.resolve("ca.pem"));
    String pin = root.spkiPin();
    String backup = device.spkiPin();

    keystore("init", "--make-storepass");
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(storepass())));
    assertEquals("", keystore("show").out());
    keystore("put-cert", "--cert", cert.toString(), "--key", key.toString());
    assertTrue(keystore("put-pin", "--pin", pin).err().contains("no backup pin"));
    assertFalse(keystore("put-pin", "--pin", backup).err().contains("warning"));
    keystore("put-ca", "--ca", ca.toString());
    putScram();

    String shown = keystore("show").out();
    assertTrue(shown.contains("certificate  " + device.spkiPin() + "  CN=meter-0042  "), shown);
    assertTrue(
        shown.contains("scram  SCRAM-SHA-256  user meter-0042  salt " + SALT + "  iterations 4096"),
        shown);
    assertTrue(shown.contains("pin  " + pin + "\npin  " + backup + "\n"), shown);
    assertTrue(shown.contains("ca  " + pin + "  CN=Devices  "), shown);

    keystore("remove", "--pin", backup);
    assertFalse(keystore("show").out().contains("pin  " + backup));
    keystore("remove", "--cert", "--scram", "--pins", "--ca");
    assertEquals("", keystore("show").out());
  }

  @Test
  void password_isNotInTheKeystore() throws Exception {
    keystore("init", "--make-storepass");
    putScram();
    byte[] bytes = Files.readAllBytes(folder.resolve("device.p12"));
    assertFalse(new String(bytes, StandardCharsets.ISO_8859_1).contains("pencil"));
  }

  @Test
  void password_comesFromStandardInput_orATerminal() throws Exception {
    keystore("init", "--make-storepass");
    List<String> arguments = arguments("put-scram", scram());
    Cli.with().input("pencil\nmore").go(ExitCode.DONE, with(arguments, "--password-file", "-"));
    Cli.with().answering("pencil").go(ExitCode.DONE, with(arguments));
    Cli missing = Cli.with().go(ExitCode.USAGE, with(arguments));
    assertTrue(missing.err().contains("--password-file"), missing::err);
    Cli.with().answering("").go(ExitCode.CREDENTIAL, with(arguments));
  }

  @Test
  void existingKeystore_isNotOverwritten() throws Exception {
    keystore("init", "--make-storepass");
    putScram();
    byte[] before = Files.readAllBytes(storepass());
    byte[] keystore = Files.readAllBytes(folder.resolve("device.p12"));
    assertTrue(keystore("init", "--make-storepass").err().contains("stays as it is"));
    assertArrayEquals(before, Files.readAllBytes(storepass()));
    assertArrayEquals(keystore, Files.readAllBytes(folder.resolve("device.p12")));
    Files.delete(storepass());
    Cli.secret(storepass(), "another\n");
    Cli.run(ExitCode.CREDENTIAL, with(arguments("init")));
  }

  @Test
  void command_runAgain_saysThatNothingChanged_andLeavesTheFile() throws Exception {
    TestIdentity root = TestCertificates.ca("Devices").create();
    TestIdentity device = root.client("meter-0042");
    String cert = "--cert=" + device.writeChain(folder.resolve("cert.pem"));
    String key = "--key=" + device.writeKey(folder.resolve("key.pem"));
    String ca = "--ca=" + root.writeRoot(folder.resolve("ca.pem"));
    for (String[] command :
        new String[][] {
          {"init", "--make-storepass"},
          {"put-ca", ca},
          {"put-cert", cert, key},
          {"remove", "--cert", "--ca", "--pins", "--scram"}
        }) {
      String[] json = List.of(command).subList(1, command.length).toArray(new String[0]);
      assertEquals(changed(true), keystore(command[0], with(List.of(json), "--json")).out());
      byte[] file = Files.readAllBytes(folder.resolve("device.p12"));
      assertEquals(changed(false), keystore(command[0], with(List.of(json), "--json")).out());
      assertArrayEquals(file, Files.readAllBytes(folder.resolve("device.p12")), command[0]);
    }
  }

  private String changed(boolean changed) {
    return "{\"keystore\":\"" + folder.resolve("device.p12") + "\",\"changed\":" + changed + "}\n";
  }

  /** As openssl makes it: under an alias of its own. */
  @Test
  void remove_cert_takesTheOnlyKey_whateverItsAlias() throws Exception {
    keystore("init", "--make-storepass");
    otherTool(Map.of("1", TestCertificates.ca("Devices").create().client("meter-0042")));

    assertTrue(keystore("remove", "--cert").err().contains("saved"));

    assertEquals("", keystore("show").out());
    assertEquals(Map.of(), certificates());
    assertTrue(keystore("remove", "--cert").err().contains("nothing to change"));
  }

  @Test
  void putCert_replacesTheOnlyKey_whateverItsAlias() throws Exception {
    keystore("init", "--make-storepass");
    TestIdentity root = TestCertificates.ca("Devices").create();
    TestIdentity old = root.client("meter-0042");
    otherTool(Map.of("1", old));

    assertTrue(putCert(ExitCode.DONE, old).err().contains("nothing to change"));
    TestIdentity renewed = root.client("meter-0042");
    assertTrue(putCert(ExitCode.DONE, renewed).err().contains("saved"));

    assertEquals(Map.of("identity", renewed.certificate()), certificates());
  }

  @Test
  void putCert_leavesKeysThatAreNotInUse() throws Exception {
    keystore("init", "--make-storepass");
    TestIdentity root = TestCertificates.ca("Devices").create();
    TestIdentity other = root.client("gateway");
    otherTool(Map.of("identity", root.client("meter-0042"), "other", other));

    TestIdentity renewed = root.client("meter-0042");
    putCert(ExitCode.DONE, renewed);

    assertEquals(
        Map.of("identity", renewed.certificate(), "other", other.certificate()), certificates());
  }

  @Test
  void putCert_doesNotGuessWhichOfSeveralKeysIsInUse() throws Exception {
    keystore("init", "--make-storepass");
    TestIdentity root = TestCertificates.ca("Devices").create();
    otherTool(Map.of("a", root.client("meter-0042"), "b", root.client("meter-0043")));
    byte[] before = Files.readAllBytes(folder.resolve("device.p12"));

    Cli refused = putCert(ExitCode.CREDENTIAL, root.client("meter-0042"));

    assertTrue(refused.err().contains("MOOR-KEY-019"), refused::err);
    assertTrue(refused.err().contains("several private keys: [a, b]"), refused::err);
    assertTrue(refused.err().contains("keytool -delete -alias"), refused::err);
    assertArrayEquals(before, Files.readAllBytes(folder.resolve("device.p12")));
  }

  private Cli putCert(ExitCode expected, TestIdentity device) throws Exception {
    Path made = Files.createTempDirectory(folder, "pem");
    Path cert = device.writeChain(made.resolve("cert.pem"));
    Path key = device.writeKey(made.resolve("key.pem"));
    return Cli.run(expected, with(arguments("put-cert", "--cert=" + cert, "--key=" + key)));
  }

  /** Writes the keystore as another tool does, under aliases of its own. */
  private void otherTool(Map<String, TestIdentity> identities) throws Exception {
    char[] password = Files.readString(storepass()).strip().toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (Map.Entry<String, TestIdentity> each : identities.entrySet()) {
      X509Certificate[] chain = each.getValue().chain().toArray(new X509Certificate[0]);
      store.setKeyEntry(each.getKey(), each.getValue().privateKey(), password, chain);
    }
    try (OutputStream out = Files.newOutputStream(folder.resolve("device.p12"))) {
      store.store(out, password);
    }
  }

  /** The certificate of each entry that the keystore has. */
  private Map<String, Certificate> certificates() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("device.p12"))) {
      store.load(in, Files.readString(storepass()).strip().toCharArray());
    }
    Map<String, Certificate> all = new TreeMap<>();
    for (String alias : Collections.list(store.aliases())) {
      all.put(alias, store.getCertificate(alias));
    }
    return all;
  }

  @Test
  void wrongPassword_isACredentialError_andSaysNothingSecret() throws Exception {
    keystore("init", "--make-storepass");
    Path wrong = Cli.secret(folder.resolve("wrong"), "hunter2\n");
    Cli run =
        Cli.run(
            ExitCode.CREDENTIAL,
            "keystore",
            "show",
            "--keystore",
            folder.resolve("device.p12").toString(),
            "--storepass-file",
            wrong.toString());
    assertFalse(run.err().contains("hunter2"), run::err);
    assertEquals(1, run.err().lines().count(), run::err);
  }

  @Test
  void weakOrMalformedScramParameters_areUsageErrors() throws Exception {
    keystore("init", "--make-storepass");
    Path password = Cli.secret(folder.resolve("password"), "pencil");
    for (String[] bad : new String[][] {{SALT, "1"}, {"not base64!", "4096"}, {"", "4096"}}) {
      Cli.run(
          ExitCode.USAGE,
          with(
              arguments(
                  "put-scram",
                  "--mechanism",
                  "scram-sha-256",
                  "--user",
                  "u",
                  "--salt",
                  bad[0],
                  "--iterations",
                  bad[1],
                  "--password-file",
                  password.toString())));
    }
    assertEquals("", keystore("show").out());
  }

  @Test
  void removingAPinThatIsNotThere_changesNothing() {
    keystore("init", "--make-storepass");
    Cli.run(
        ExitCode.USAGE,
        with(arguments("remove", "--pin", "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")));
  }

  private void putScram() throws Exception {
    Path password = Cli.secret(folder.resolve("password"), "pencil\n");
    Cli.run(
        ExitCode.DONE,
        with(arguments("put-scram", scram()), "--password-file", password.toString()));
  }

  private static String[] scram() {
    return new String[] {
      "--mechanism", "scram-sha-256", "--user", "meter-0042", "--salt", SALT, "--iterations", "4096"
    };
  }

  private Path storepass() {
    return folder.resolve("storepass");
  }

  private Cli keystore(String command, String... more) {
    return Cli.run(ExitCode.DONE, with(arguments(command, more)));
  }

  private List<String> arguments(String command, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "keystore",
                command,
                "--keystore",
                folder.resolve("device.p12").toString(),
                "--storepass-file",
                storepass().toString()));
    all.addAll(List.of(more));
    return all;
  }

  private static String[] with(List<String> arguments, String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }
}
