package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.Secret;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.Pkcs11KeyPair;
import io.mooring.keystore.Pkcs11Pin;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.SoftHsm;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The operator's keys in a token: the CA of a fleet, the signer of pin sets. */
@Timeout(120)
class TokenSignerTest {
  private static final String PIN = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  private static final String BACKUP = "sha256/ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=";

  private final TestIdentity root = TestCertificates.ca("Acme Root").create();
  private TestIdentity authority;
  private Path library;
  private Path pinFile;

  @TempDir Path folder;

  @BeforeEach
  void authorityInAToken() throws Exception {
    library = SoftHsm.shared().library();
    SoftHsm.shared().initToken(label());
    pinFile = Cli.secret(folder.resolve("pin"), SoftHsm.PIN + "\n");
    try (Secret pin = Secret.of(SoftHsm.PIN.toCharArray());
        Pkcs11Token token =
            Pkcs11Token.library(library).tokenLabel(label()).pin(Pkcs11Pin.of(pin)).open()) {
      byte[] id = Pkcs11Token.newId();
      Pkcs11KeyPair pair = token.generateKeyPair("ca", id, KeyAlgorithm.EC_P256);
      authority =
          root.issuesCa("Line 3")
              .key(KeyKind.EC_P256, new KeyPair(pair.publicKey(), null))
              .create();
      token.storeCertificateChain(
          "ca",
          id,
          root.issues("meter-0042")
              .clientAuth()
              .key(KeyKind.EC_P256, new KeyPair(pair.publicKey(), null))
              .create()
              .chain());
    }
  }

  @Test
  void fleet_isIssuedByAnAuthorityInAToken() throws Exception {
    Path csv = Cli.secret(folder.resolve("f.csv"), "name\nmeter-1\nmeter-2\nmeter-3\n");
    Path out = folder.resolve("out");
    List<String> fleet =
        withToken(
            "fleet",
            "--csv=" + csv,
            "--out=" + out,
            "--broker=mqtts://b",
            "--pin=" + PIN,
            "--pin=" + BACKUP,
            "--valid-days=1",
            "--ca-cert=" + certificate(),
            "--key-label=ca");
    Cli.run(ExitCode.DONE, fleet.toArray(new String[0]));
    Path file = out.resolve("bundles/meter-2.mooring");
    try (Bundle bundle = Bundle.decode(file, Files.readAllBytes(file));
        Secret storepass = bundle.storepass();
        Pkcs12Identity keystore = Pkcs12Identity.open(file, bundle.keystore(), storepass)) {
      var chain = keystore.identity().certificateChain();
      chain.get(0).verify(authority.certificate().getPublicKey());
      assertEquals(authority.certificate(), chain.get(1));
    }
    assertEquals(3, Files.readAllLines(out.resolve("manifest.jsonl")).size());
    fleet.add("--ca-key=" + pinFile);
    Cli.run(ExitCode.USAGE, fleet.toArray(new String[0]));
  }

  @Test
  void pinSet_isSignedByAKeyInAToken() throws Exception {
    Path out = folder.resolve("pins.txt");
    List<String> sign =
        withToken(
            "pins",
            "sign",
            "--broker=mqtts://b",
            "--counter=1",
            "--pin=" + PIN,
            "--pin=" + BACKUP,
            "--out=" + out,
            "--cert=" + certificate(),
            "--key-label=ca",
            "--json");
    String json = Cli.run(ExitCode.DONE, sign.toArray(new String[0])).out();
    assertTrue(json.contains("\"signer\":\"" + authority.spkiPin() + "\""), json);
    assertTrue(Files.readString(out).startsWith("mooring-pin-set 1\n"));
  }

  @Test
  void identityShow_tellsWhatIsInTheToken() {
    String shown =
        Cli.run(ExitCode.DONE, withToken("identity", "show").toArray(new String[0])).out();
    assertTrue(shown.contains("token  " + label() + "  serial "), shown);
    assertTrue(shown.contains("certificate  CN=meter-0042\n"), shown);
    assertTrue(shown.contains("  pin          " + authority.spkiPin() + "\n"), shown);
    String json =
        Cli.run(ExitCode.DONE, withToken("identity", "show", "--json").toArray(new String[0]))
            .out();
    assertTrue(json.startsWith("{\"kind\":\"token\",\"token\":\"" + label() + "\""), json);
  }

  @Test
  void certificateOfAnotherKey_orNoName_isRefused() throws Exception {
    Path out = folder.resolve("pins.txt");
    List<String> sign =
        withToken(
            "pins", "sign", "--broker=mqtts://b", "--counter=1", "--pin=" + PIN, "--pin=" + BACKUP);
    sign.add("--out=" + out);
    List<String> unnamed = new ArrayList<>(sign);
    unnamed.add("--cert=" + certificate());
    Cli.run(ExitCode.USAGE, unnamed.toArray(new String[0]));
    sign.add("--key-label=ca");
    sign.add("--cert=" + root.writeChain(folder.resolve("other.pem")));
    Cli refused = Cli.run(ExitCode.CREDENTIAL, sign.toArray(new String[0]));
    assertTrue(refused.err().contains("CN=Acme Root"), refused::err);
    assertTrue(Files.notExists(out), "a pin set was written");
  }

  private Path certificate() throws Exception {
    Path file = folder.resolve("authority.pem");
    return Files.exists(file) ? file : authority.writeChain(file);
  }

  private String label() {
    return "ca-" + folder.getFileName().toString().replaceAll("[^0-9]", "").substring(0, 12);
  }

  private List<String> withToken(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--pkcs11-library=" + library, "--token-label=" + label(), "--pin-file=" + pinFile));
    return all;
  }
}
