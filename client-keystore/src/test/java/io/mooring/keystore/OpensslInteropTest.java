package io.mooring.keystore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that go to and come from openssl and keytool. */
class OpensslInteropTest {
  private static final String PASS = "pass:" + Samples.PASSWORD;

  @TempDir Path folder;

  private final Secret password = Samples.password();
  private TestIdentity device;

  @BeforeEach
  void makeDevice() throws Exception {
    TestIdentity root = TestCertificates.ca("Mooring Test Root").create();
    device = root.issuesCa("Mooring Test Issuing").create().client("meter-0042");
    device.writeChain(folder.resolve("chain.pem"));
    device.writeKey(folder.resolve("key.pem"));
    device.writeRoot(folder.resolve("root.pem"));
  }

  private Pkcs12Identity open(String name) throws Exception {
    Samples.mode(folder.resolve(name), "rw-------");
    return Pkcs12Identity.open(folder.resolve(name), password);
  }

  private void export(String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "pkcs12",
                "-export",
                "-in",
                "chain.pem",
                "-inkey",
                "key.pem",
                "-passout",
                PASS,
                "-out",
                "made.p12"));
    arguments.addAll(List.of(more));
    Openssl.run(folder, arguments.toArray(new String[0]));
  }

  @Test
  void pkcs12_byOpenssl_isRead() throws Exception {
    export("-name", "Meter Key", "-certfile", "root.pem");
    try (var keystore = open("made.p12")) {
      assertEquals(List.of("meter key"), keystore.aliases());
      assertEquals(2, keystore.identity("Meter Key").certificateChain().size());
      assertEquals(device.certificate(), keystore.identity().certificateChain().get(0));
      assertEquals(List.of(), keystore.authorities());
    }
  }

  @Test
  void pkcs12_byOpenssl_losesItsOnlyKey_whateverItsAlias() throws Exception {
    export("-name", "Meter Key");
    open("made.p12").close();
    Path file = folder.resolve("made.p12");
    try (var writer = DeviceKeystoreFile.edit(file, password)) {
      writer.removeIdentity().removeIdentity().save();
    }
    try (var keystore = open("made.p12")) {
      assertEquals(List.of(), keystore.aliases());
      assertFalse(keystore.hasIdentity());
    }
  }

  @Test
  void pkcs12_byOpensslLegacy_isRead() throws Exception {
    export("-legacy");
    try (var keystore = open("made.p12")) {
      assertEquals(device.certificate(), keystore.identity().certificateChain().get(0));
    }
  }

  @Test
  void pkcs12_withoutMac_isRefused() throws Exception {
    export("-nomac");
    var refused = assertThrows(DeviceKeystoreException.class, () -> open("made.p12"));
    assertEquals(Reason.NO_INTEGRITY, refused.reason());
    assertTrue(refused.getMessage().contains("no MAC"), refused.getMessage());
  }

  @Test
  void pkcs12_keyWithoutCertificate_isRefused() throws Exception {
    Openssl.run(
        folder,
        "pkcs12",
        "-export",
        "-nocerts",
        "-inkey",
        "key.pem",
        "-passout",
        PASS,
        "-out",
        "made.p12");
    var refused = assertThrows(DeviceKeystoreException.class, () -> open("made.p12"));
    assertEquals(Reason.NO_CERTIFICATE, refused.reason());
  }

  @Test
  void pkcs12_byOpenssl_takesOurEntriesAndKeepsItsOwn() throws Exception {
    export("-name", "meter");
    Samples.mode(folder.resolve("made.p12"), "rw-------");
    try (var writer = DeviceKeystoreFile.edit(folder.resolve("made.p12"), password)) {
      writer.putScram(Samples.scram256()).authorities(List.of(device.root())).save();
    }
    try (var keystore = open("made.p12")) {
      assertEquals(device.certificate(), keystore.identity("meter").certificateChain().get(0));
      assertEquals("meter-0042", keystore.scram().userName());
      assertEquals(List.of(device.root()), keystore.authorities());
    }
  }

  @Test
  void ourFile_isReadByOpensslAndSurvivesKeytool() throws Exception {
    try (var writer = DeviceKeystoreFile.create(folder.resolve("ours.p12"), password)) {
      writer
          .putIdentity(device.privateKey(), device.chain())
          .putScram(Samples.scram256())
          .pins(Samples.pins(device))
          .authorities(List.of(device.root()))
          .save();
    }
    String pem =
        Openssl.run(folder, "pkcs12", "-in", "ours.p12", "-passin", PASS, "-nodes", "-clcerts");
    assertTrue(pem.contains("BEGIN PRIVATE KEY"), pem);
    assertTrue(pem.contains("BEGIN CERTIFICATE"), pem);
    String info =
        Openssl.run(folder, "pkcs12", "-in", "ours.p12", "-passin", PASS, "-info", "-noout");
    assertTrue(info.contains("hmacWithSHA256"), info);
    assertTrue(info.contains("AES-256-CBC"), info);

    String list =
        Openssl.keytool(folder, "-list", "-keystore", "ours.p12", "-storepass", Samples.PASSWORD);
    assertTrue(list.contains("identity,"), list);
    assertTrue(list.contains("scram-client-key,"), list);

    Openssl.keytool(
        folder,
        "-importkeystore",
        "-noprompt",
        "-srckeystore",
        "ours.p12",
        "-srcstorepass",
        Samples.PASSWORD,
        "-destkeystore",
        "copy.p12",
        "-deststoretype",
        "PKCS12",
        "-deststorepass",
        Samples.PASSWORD);
    try (var keystore = open("copy.p12")) {
      assertArrayEquals(Samples.scram256().clientKey(), keystore.scram().clientKey());
      assertEquals(Samples.pins(device), keystore.pins());
      assertEquals(List.of(device.root()), keystore.authorities());
    }
  }

  @Test
  void scramKeyReplacedByAnother_isNoticed() throws Exception {
    Path file = folder.resolve("ours.p12");
    try (var writer = DeviceKeystoreFile.create(file, password)) {
      writer.putScram(Samples.scram256()).save();
    }
    Openssl.keytool(
        folder,
        "-delete",
        "-alias",
        "scram-server-key",
        "-keystore",
        "ours.p12",
        "-storepass",
        Samples.PASSWORD);
    var lacking = assertThrows(DeviceKeystoreException.class, () -> open("ours.p12"));
    assertEquals(Reason.DAMAGED, lacking.reason());
    Openssl.keytool(
        folder,
        "-genseckey",
        "-alias",
        "scram-server-key",
        "-keyalg",
        "HmacSHA256",
        "-keysize",
        "256",
        "-keystore",
        "ours.p12",
        "-storepass",
        Samples.PASSWORD);
    var foreign = assertThrows(DeviceKeystoreException.class, () -> open("ours.p12"));
    assertEquals(Reason.DAMAGED, foreign.reason());
    assertTrue(foreign.getMessage().contains("not those"), foreign.getMessage());
  }

  @ParameterizedTest
  @EnumSource(KeyKind.class)
  void encryptedPkcs8_byOpenssl_isRead(KeyKind kind) throws Exception {
    TestIdentity made =
        TestCertificates.ca("Mooring Test Root").create().issues("m").key(kind).create();
    Path chain = made.writeChain(folder.resolve("c.pem"));
    made.writeKey(folder.resolve("k.pem"));
    Path encrypted = encrypt("k.pem", "-v2", "aes-256-cbc");
    try (var identity = PemIdentity.open(chain, encrypted, password)) {
      assertEquals(made.certificate(), identity.certificateChain().get(0));
    }
    var needed =
        assertThrows(DeviceKeystoreException.class, () -> PemIdentity.open(chain, encrypted));
    assertEquals(Reason.PASSWORD_NEEDED, needed.reason());
    // Hundreds of them: the garbage of one in 256 has the right padding.
    for (int i = 0; i < 300; i++) {
      Secret guess = Samples.secret("wrong " + i);
      var wrong =
          assertThrows(
              DeviceKeystoreException.class, () -> PemIdentity.open(chain, encrypted, guess));
      assertEquals(Reason.WRONG_PASSWORD, wrong.reason());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-v2 aes-128-cbc", "-v2 aes-256-cbc -v2prf hmacWithSHA512"})
  void encryptedPkcs8_otherCiphers_areRead(String options) throws Exception {
    Path encrypted = encrypt("key.pem", options.split(" ", -1));
    try (var identity = PemIdentity.open(folder.resolve("chain.pem"), encrypted, password)) {
      assertEquals(1, identity.signatureSchemes().size());
    }
  }

  @Test
  void encryptedPkcs8_scrypt_isRefusedWithTheWayOut() throws Exception {
    Path encrypted = encrypt("key.pem", "-scrypt");
    var refused =
        assertThrows(
            DeviceKeystoreException.class,
            () -> PemIdentity.open(folder.resolve("chain.pem"), encrypted, password));
    assertEquals(Reason.UNSUPPORTED, refused.reason());
    assertTrue(refused.getMessage().contains("-v2 aes-256-cbc"), refused.getMessage());
  }

  @Test
  void sec1_andPkcs1_areRead() throws Exception {
    Openssl.run(folder, "ec", "-in", "key.pem", "-out", "sec1.pem");
    readTraditional("chain.pem", "sec1.pem", "BEGIN EC PRIVATE KEY");
    String parameters = Openssl.run(folder, "ecparam", "-name", "prime256v1");
    Path both = folder.resolve("both.pem");
    Samples.write(
        both,
        (parameters + Files.readString(folder.resolve("sec1.pem")))
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    readTraditional("chain.pem", "both.pem", "BEGIN EC PARAMETERS");

    TestIdentity rsa =
        TestCertificates.ca("Mooring Test Root")
            .create()
            .issues("m")
            .key(KeyKind.RSA_2048)
            .create();
    rsa.writeChain(folder.resolve("rsa-chain.pem"));
    rsa.writeKey(folder.resolve("rsa.pem"));
    Openssl.run(folder, "rsa", "-in", "rsa.pem", "-traditional", "-out", "pkcs1.pem");
    readTraditional("rsa-chain.pem", "pkcs1.pem", "BEGIN RSA PRIVATE KEY");
  }

  private void readTraditional(String chain, String key, String expected) throws Exception {
    Samples.mode(folder.resolve(key), "rw-------");
    assertTrue(Files.readString(folder.resolve(key)).contains(expected));
    try (var identity = PemIdentity.open(folder.resolve(chain), folder.resolve(key))) {
      assertEquals(List.of(), identity.warnings());
    }
  }

  @Test
  void explicitCurve_andOldEncryption_areRefusedWithTheWayOut() throws Exception {
    Openssl.run(folder, "ec", "-in", "key.pem", "-param_enc", "explicit", "-out", "explicit.pem");
    refuse("explicit.pem", Reason.UNSUPPORTED, "-param_enc named_curve");
    Openssl.run(folder, "ec", "-in", "key.pem", "-aes128", "-passout", PASS, "-out", "old.pem");
    refuse("old.pem", Reason.UNSUPPORTED, "Proc-Type: 4,ENCRYPTED");
  }

  @Test
  void p521_isReadAndSigns_smallRsaIsRefused() throws Exception {
    selfSigned("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp521r1");
    try (var identity =
        PemIdentity.open(folder.resolve("made-cert.pem"), folder.resolve("made-key.pem"))) {
      var scheme = io.mooring.identity.SignatureScheme.ECDSA_SECP521R1_SHA512;
      assertEquals(java.util.Set.of(scheme), identity.signatureSchemes());
      assertTrue(identity.sign(scheme, new byte[] {1}).length > 100);
    }
    selfSigned("-newkey", "rsa:1024");
    var refused =
        assertThrows(
            DeviceKeystoreException.class,
            () ->
                PemIdentity.open(folder.resolve("made-cert.pem"), folder.resolve("made-key.pem")));
    assertEquals(Reason.UNSUPPORTED, refused.reason());
    assertTrue(refused.getMessage().contains("1024 bits"), refused.getMessage());
  }

  private void selfSigned(String... key) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "req",
                "-x509",
                "-nodes",
                "-subj",
                "/CN=meter",
                "-days",
                "2",
                "-keyout",
                "made-key.pem",
                "-out",
                "made-cert.pem"));
    arguments.addAll(List.of(key));
    Openssl.run(folder, arguments.toArray(new String[0]));
    Samples.mode(folder.resolve("made-key.pem"), "rw-------");
  }

  private void refuse(String key, Reason reason, String text) throws Exception {
    Samples.mode(folder.resolve(key), "rw-------");
    var refused =
        assertThrows(
            DeviceKeystoreException.class,
            () -> PemIdentity.open(folder.resolve("chain.pem"), folder.resolve(key)));
    assertEquals(reason, refused.reason(), refused.getMessage());
    assertTrue(refused.getMessage().contains(text), refused.getMessage());
  }

  private Path encrypt(String key, String... options) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of("pkcs8", "-topk8", "-in", key, "-passout", PASS, "-out", "encrypted.pem"));
    arguments.addAll(List.of(options));
    Openssl.run(folder, arguments.toArray(new String[0]));
    Samples.mode(folder.resolve("encrypted.pem"), "rw-------");
    return folder.resolve("encrypted.pem");
  }
}
