package io.mooring.keystore;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooring.keystore.DeviceKeystoreException.Reason;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemIdentityTest {
  @TempDir Path folder;

  private final TestIdentity root = TestCertificates.ca("Mooring Test Root").create();
  private final TestIdentity issuing = root.issuesCa("Mooring Test Issuing").create();
  private final TestIdentity device = issuing.client("meter-0042");

  private Path file(String name, String text) throws Exception {
    return Samples.write(folder.resolve(name), text.getBytes(US_ASCII));
  }

  private PemIdentity open(String certificates, String key) throws Exception {
    return PemIdentity.open(file("chain.pem", certificates), file("key.pem", key));
  }

  private DeviceKeystoreException refuse(
      String certificates, String key, Reason reason, String... texts) {
    var refused = assertThrows(DeviceKeystoreException.class, () -> open(certificates, key));
    assertEquals(reason, refused.reason(), refused.getMessage());
    for (String text : texts) {
      assertTrue(refused.getMessage().contains(text), refused.getMessage());
    }
    return refused;
  }

  @Test
  void pem_withWindowsLineEndsSpacesAndTextAround_isRead() throws Exception {
    String chain = "subject=CN=meter-0042\n" + device.chainPem() + "\ntrailing text\n";
    String spaced = device.privateKeyPem().replace("\n", " \t\r\n  ");
    try (PemIdentity identity =
        open("\r\n" + chain.replace("\n", "\r\n"), "Bag Attributes\r\n\r\n  " + spaced)) {
      assertEquals(device.certificate(), identity.certificateChain().get(0));
      assertEquals(List.of(), identity.warnings());
    }
  }

  @Test
  void pem_withByteOrderMarkAndWithoutLastLineEnd_isRead() throws Exception {
    Path key = folder.resolve("bom.pem");
    Samples.write(
        key,
        ("\u00ef\u00bb\u00bf" + device.privateKeyPem().strip())
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    try (PemIdentity identity = PemIdentity.open(file("chain.pem", device.chainPem()), key)) {
      assertEquals(1, identity.signatureSchemes().size());
    }
  }

  @Test
  void chainAndKey_inOneFile_areRead() throws Exception {
    Path both = file("both.pem", device.privateKeyPem() + device.chainPem());
    try (PemIdentity identity = PemIdentity.open(both, both)) {
      assertEquals(device.certificate(), identity.certificateChain().get(0));
    }
  }

  @Test
  void chain_outOfOrder_isRepairedAndSaid() throws Exception {
    String mixed =
        TestIdentity.pem(root.certificate())
            + TestIdentity.pem(issuing.certificate())
            + TestIdentity.pem(device.certificate());
    try (PemIdentity identity = open(mixed, device.privateKeyPem())) {
      assertEquals(
          List.of(device.certificate(), issuing.certificate()), identity.certificateChain());
      assertEquals(1, identity.warnings().size());
      assertTrue(identity.warnings().get(0).contains("out of order"));
    }
  }

  @Test
  void chain_withAStranger_leavesItOutAndSaysSo() throws Exception {
    X509Certificate stranger = TestCertificates.ca("Stranger").create().certificate();
    try (PemIdentity identity =
        open(device.chainPem() + TestIdentity.pem(stranger), device.privateKeyPem())) {
      assertFalse(identity.certificateChain().contains(stranger));
      assertTrue(identity.warnings().get(0).contains("CN=Stranger"), identity.warnings()::toString);
    }
  }

  @Test
  void key_ofAnotherCertificate_isRefused() {
    refuse(
        device.chainPem(),
        issuing.client("other").privateKeyPem(),
        Reason.KEY_MISMATCH,
        "does not belong to the certificate of CN=meter-0042",
        device.spkiPin());
  }

  @Test
  void key_openToOthers_isRefused() throws Exception {
    assumeTrue(
        Files.getFileStore(folder).supportsFileAttributeView("posix"), "needs a POSIX file system");
    Path chain = file("chain.pem", device.chainPem());
    Path key = file("key.pem", device.privateKeyPem());
    Samples.mode(chain, "rw-r--r--");
    Samples.mode(key, "rw-r--r--");
    var refused = assertThrows(DeviceKeystoreException.class, () -> PemIdentity.open(chain, key));
    assertEquals(Reason.TOO_OPEN, refused.reason());
    assertTrue(refused.getMessage().contains("chmod 600 " + key), refused.getMessage());
  }

  @Test
  void password_givenForAPlainKey_isAWarning() throws Exception {
    try (PemIdentity identity =
        PemIdentity.open(
            file("chain.pem", device.chainPem()),
            file("key.pem", device.privateKeyPem()),
            Samples.password())) {
      assertTrue(identity.warnings().get(0).contains("not encrypted"));
    }
  }

  @Test
  void brokenPem_isRefusedWithItsLine() {
    String chain = device.chainPem();
    String key = device.privateKeyPem();
    String[] lines = key.split("\n", -1);
    refuse(chain, "", Reason.EMPTY, "is empty");
    refuse(chain, "hello\n", Reason.WRONG_FORMAT, "no '-----BEGIN' line");
    refuse("0\u0001", key, Reason.WRONG_FORMAT, "DER");
    refuse(chain, chain, Reason.NO_KEY, "holds no PRIVATE KEY", "CERTIFICATE");
    refuse(key, key, Reason.NO_CERTIFICATE, "holds no CERTIFICATE");
    refuse(chain, key + key, Reason.AMBIGUOUS, "2 private keys");
    refuse(
        chain,
        "\n" + key.replace("-----END PRIVATE KEY-----", ""),
        Reason.TRUNCATED,
        "begins on line 2");
    refuse(chain, "x\n" + lines[0] + "\n*" + lines[1], Reason.DAMAGED, "line 3", "not base64");
    refuse(chain, key.replace("END PRIVATE", "END EC PRIVATE"), Reason.DAMAGED, "closes");
    refuse(chain, lines[0] + "\n" + key, Reason.DAMAGED, "line 2", "inside the block of line 1");
    refuse(chain, "-----END PRIVATE KEY-----\n", Reason.DAMAGED, "line 1", "without a BEGIN");
    refuse(chain, "-----BEGIN PRIVATE KEY\n", Reason.DAMAGED, "five dashes");
    refuse(chain, block("PRIVATE KEY", ""), Reason.DAMAGED, "without content");
    refuse(chain, block("PRIVATE KEY", "A"), Reason.DAMAGED, "line 1", "wrong length or padding");
    refuse(chain, block("PRIVATE KEY", "MAA="), Reason.DAMAGED, "not a private key");
    refuse(chain, block("ENCRYPTED PRIVATE KEY", "MAA="), Reason.PASSWORD_NEEDED, "no password");
    refuse(chain, block("EC PRIVATE KEY", "MAA="), Reason.DAMAGED, "not a private key");
    refuse(chain, block("RSA PRIVATE KEY", "MAA="), Reason.DAMAGED, "RSA key");
    refuse(chain, block("DSA PRIVATE KEY", "MAA="), Reason.UNSUPPORTED, "DSA PRIVATE KEY");
    refuse(block("CERTIFICATE", "MAA="), key, Reason.DAMAGED, "not an X.509 certificate");
  }

  @Test
  void messages_neverQuoteTheKey() {
    String key = device.privateKeyPem();
    String body = key.split("\n", -1)[1];
    for (String broken :
        List.of(key.replace(body, body + "*"), key.replace(body, body + "A"), key + key)) {
      var refused =
          assertThrows(DeviceKeystoreException.class, () -> open(device.chainPem(), broken));
      assertFalse(refused.toString().contains(body.substring(0, 12)), refused.toString());
    }
  }

  private static String block(String label, String base64) {
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }
}
