package io.mooring.internal.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.KeystoreException;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemCertificatesTest {
  private static final TestIdentity ONE = TestCertificates.ca("One").create();
  private static final TestIdentity TWO = TestCertificates.ca("Two").create();

  @Test
  void pem_asPeopleWriteIt_isRead() {
    String bundle = "One:\n" + ONE.rootPem() + "\n\nsubject=Two\n" + TWO.rootPem();
    List<String> variants =
        List.of(
            bundle,
            bundle.replace("\n", "\r\n"),
            bundle.replace("\n", "\r"),
            bundle.replace("\n", "  \n\t "),
            "\uFEFF" + bundle);
    for (String variant : variants) {
      assertEquals(
          List.of(ONE.certificate(), TWO.certificate()),
          PemCertificates.parse(variant.getBytes(UTF_8), "test"));
    }
  }

  @Test
  void pem_faults_eachHaveTheirOwnMessage(@TempDir Path folder) throws Exception {
    refuse("", "holds no certificate: no BEGIN CERTIFICATE line");
    refuse(ONE.privateKeyPem(), "it holds [PRIVATE KEY]");
    String pem = ONE.rootPem();
    refuse(pem.substring(0, pem.length() / 2), "in line 1 has no matching END");
    refuse("x\n" + pem.replaceFirst("M", "!"), "begins in line 2 is damaged");
    refuse(pem.replaceFirst("MII", "AII"), "is damaged");

    KeystoreException missing =
        assertThrows(
            KeystoreException.class, () -> PemCertificates.read(folder.resolve("none.pem")));
    assertTrue(missing.getMessage().contains("does not exist"), missing.getMessage());
    assertThrows(KeystoreException.class, () -> PemCertificates.read(folder));

    Path file = Files.writeString(folder.resolve("ca.pem"), pem);
    assertEquals(List.of(ONE.certificate()), PemCertificates.read(file));
  }

  private static void refuse(String pem, String part) {
    KeystoreException e =
        assertThrows(
            KeystoreException.class,
            () -> PemCertificates.parse(pem.getBytes(UTF_8), "Certificate file ca.pem"));
    assertTrue(e.getMessage().startsWith("Certificate file ca.pem"), e.getMessage());
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
