package io.mooring.enrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.enrol.EnrolmentException.Reason;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What openssl packs, and what people make of it. */
class CertificateBundleTest {
  @TempDir Path folder;

  private final TestIdentity root = TestCertificates.ca("Root").create();
  private final TestIdentity device = root.issuesCa("Sub").create().client("meter");
  private String pem;

  @BeforeEach
  void writeBundle() throws Exception {
    pem = device.chainPem();
    Files.writeString(folder.resolve("chain.pem"), pem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PEM", "DER"})
  void pkcs7_ofOpenssl_isRead(String form) throws Exception {
    Openssl.run(
        folder, "crl2pkcs7", "-nocrl", "-certfile", "chain.pem", "-outform", form, "-out", "out");
    byte[] bytes = Files.readAllBytes(folder.resolve("out"));
    assertEquals(Set.copyOf(device.chain()), Set.copyOf(CertificateBundle.read(bytes, "out")));
    if (form.equals("DER")) {
      byte[] base64 = Base64.getMimeEncoder().encode(bytes);
      assertEquals(2, CertificateBundle.read(base64, "out").size());
      assertEquals(2, CertificateBundle.certsOnly(base64, "out").size());
      assertEquals(2, CertificateBundle.certsOnly(bytes, "out").size());
    }
  }

  @Test
  void cms_ofOpenssl_isRead() throws Exception {
    Openssl.run(
        folder, "crl2pkcs7", "-nocrl", "-certfile", "chain.pem", "-outform", "PEM", "-out", "out");
    String cms =
        Files.readString(folder.resolve("out"))
            .replace("BEGIN PKCS7", "BEGIN CMS")
            .replace("END PKCS7", "END CMS");
    assertEquals(2, read(cms).size());
  }

  @Test
  void pem_withStrayText_windowsLineEnds_andBlanks_isRead() {
    assertEquals(device.chain(), read("subject=CN = meter\n" + pem));
    assertEquals(device.chain(), read(pem.replace("\n", "\r\n")));
    assertEquals(device.chain(), read(pem.replace("\n", "  \n")));
    assertEquals(device.chain(), read("\u00ef\u00bb\u00bf" + pem));
    assertEquals(device.chain(), read(pem.replace("CERTIFICATE", "X509 CERTIFICATE")));
  }

  @Test
  void oneCertificateInDer_isRead() throws Exception {
    byte[] der = device.certificate().getEncoded();
    assertEquals(List.of(device.certificate()), CertificateBundle.read(der, "meter.cer"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello, world",
        "-----BEGIN CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n=A=A\n-----END CERTIFICATE-----\n",
        "-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n",
        "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n",
        "MAA=",
        "\u0030\u0003\u0002\u0001\u0001"
      })
  void whatHoldsNoCertificate_isRefused(String text) {
    assertEquals(
        Reason.UNREADABLE, assertThrows(EnrolmentException.class, () -> read(text)).reason());
  }

  @Test
  void bundleOfTooMany_isRefused() {
    assertThrows(EnrolmentException.class, () -> read(pem.repeat(33)));
  }

  private static List<X509Certificate> read(String text) {
    return CertificateBundle.read(text.getBytes(StandardCharsets.ISO_8859_1), "the bundle");
  }
}
