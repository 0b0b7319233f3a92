package io.mooring.enrol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.CsrSigner;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateRequestTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(KeyKind.class)
  void request_isVerifiedByOpenssl_withSubjectAndAlternativeNames(KeyKind kind) throws Exception {
    RequestedNames names =
        RequestedNames.subject("CN=meter-0042,OU=Plant 7,O=Acme \\, Inc")
            .alternativeNames(
                List.of(
                    "dns:meter-0042.example",
                    "ip:192.0.2.7",
                    "ip:2001:db8::7",
                    "uri:urn:dev:mac:0024befffe804ff1",
                    "email:meter@example.com"));
    String text = openssl(CertificateRequest.signedBy(SoftKey.of(kind), names));
    assertTrue(text.contains("verify OK"), text);
    assertTrue(text.contains("O = \"Acme , Inc\", OU = Plant 7, CN = meter-0042"), text);
    assertTrue(
        text.contains(
            "DNS:meter-0042.example, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7,"
                + " URI:urn:dev:mac:0024befffe804ff1, email:meter@example.com"),
        text);
    assertTrue(text.contains("TLS Web Client Authentication"), text);
    assertTrue(text.contains("Digital Signature"), text);
  }

  @Test
  void request_ofAKeyThatSignsPssOnly_isVerifiedByOpenssl() throws Exception {
    String text =
        openssl(CertificateRequest.signedBy(SoftKey.pssOnly(), RequestedNames.subject("CN=a")));
    assertTrue(text.contains("verify OK"), text);
    assertTrue(text.contains("rsassaPss"), text);
  }

  @Test
  void emptySubject_makesTheAlternativeNameCritical() throws Exception {
    RequestedNames names = RequestedNames.subject("").alternativeNames(List.of("uri:urn:x:1"));
    String text = openssl(CertificateRequest.signedBy(SoftKey.p256(), names));
    assertTrue(text.contains("Subject Alternative Name: critical"), text);
  }

  @Test
  void namesOfACertificate_areAskedForByteForByte() {
    TestIdentity root = TestCertificates.ca("Devices").create();
    X509Certificate current =
        root.issues("meter-0042")
            .dns("m.example")
            .ip("192.0.2.7")
            .clientAuth()
            .create()
            .certificate();
    CertificateRequest request =
        CertificateRequest.signedBy(SoftKey.p256(), RequestedNames.of(current));
    X509Certificate next = new CsrSigner(root).sign(request.der());
    assertArrayEquals(
        current.getSubjectX500Principal().getEncoded(),
        next.getSubjectX500Principal().getEncoded());
    assertArrayEquals(current.getExtensionValue("2.5.29.17"), next.getExtensionValue("2.5.29.17"));
  }

  @Test
  void requestWithoutAnyName_isMisuse() {
    assertThrows(
        IllegalArgumentException.class,
        () -> CertificateRequest.signedBy(SoftKey.p256(), RequestedNames.subject("")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"meter", "XX=1", "CN=a,"})
  void subjectThatIsNoName_saysWhatToWrite(String subject) {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> RequestedNames.subject(subject));
    assertTrue(refused.getMessage().contains("CN=meter-0042"), refused::getMessage);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "meter",
        "dns:",
        "dns:a b",
        "dns:m\u00fcller.example",
        "dns:-",
        "ip:300.1.1.1",
        "ip:192.0.2.0/24",
        "ip:",
        "uri:relative",
        "uri:http://a b",
        "email:x",
        "oid:1.2.3"
      })
  void alternativeNameThatCannotBe_isRefused(String name) {
    assertThrows(
        IllegalArgumentException.class,
        () -> RequestedNames.subject("CN=a").alternativeNames(List.of(name)));
  }

  @Test
  void pem_isWhatOpensslReads_andSaysTheSameAsDer() throws Exception {
    CertificateRequest request =
        CertificateRequest.signedBy(SoftKey.p256(), RequestedNames.subject("CN=a"));
    Path pem = Files.writeString(folder.resolve("a.pem"), request.pem());
    Openssl.run(folder, "req", "-in", pem.toString(), "-outform", "DER", "-out", "a.der");
    assertArrayEquals(request.der(), Files.readAllBytes(folder.resolve("a.der")));
    assertEquals(64, request.pem().lines().skip(1).findFirst().orElseThrow().length());
  }

  private String openssl(CertificateRequest request) throws Exception {
    Path pem = Files.writeString(folder.resolve("request.pem"), request.pem());
    return Openssl.run(folder, "req", "-verify", "-noout", "-text", "-in", pem.toString());
  }
}
