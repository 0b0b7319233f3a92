package io.mooring.enrol;

import io.mooring.enrol.EnrolmentException.Reason;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Certificates as authorities hand them out: PEM blocks (RFC 7468), PKCS#7 or CMS without a signer
 * ("certs-only", in PEM, DER or bare base64), or one certificate in DER.
 */
public final class CertificateBundle {
  private static final int MAX_CERTIFICATES = 64;

  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN (CERTIFICATE|X509 CERTIFICATE|PKCS7|CMS)-----"
              + "([A-Za-z0-9+/=\\s]*+)-----END \\1-----");

  private CertificateBundle() {}

  /**
   * Reads all certificates of a bundle, in its order. Text around PEM blocks, Windows line ends and
   * stray blanks are tolerated.
   *
   * @param bytes at most a megabyte is sensible; the caller bounds it
   * @param where names the source in messages
   * @return at least one
   * @throws EnrolmentException with the reason {@code UNREADABLE} if there is none, or one is
   *     damaged
   */
  public static List<X509Certificate> read(byte[] bytes, String where) {
    List<X509Certificate> certificates = new ArrayList<>();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    if (text.contains("-----BEGIN ")) {
      Matcher block = BLOCK.matcher(text);
      while (block.find()) {
        byte[] der = base64(block.group(2), where);
        if (block.group(1).endsWith("CERTIFICATE")) {
          certificates.add(certificate(der, where));
        } else {
          certificates.addAll(pkcs7(der, where));
        }
      }
    } else if (bytes.length > 0 && bytes[0] == 0x30) {
      certificates.addAll(der(bytes, where));
    } else {
      certificates.addAll(der(base64(text, where), where));
    }
    return requireSome(certificates, where);
  }

  /** The body of an EST answer: base64 of certs-only PKCS#7 (RFC 8951, section 3.1), or its DER. */
  static List<X509Certificate> certsOnly(byte[] body, String where) {
    try {
      return requireSome(pkcs7(decoded(body, where), where), where);
    } catch (EnrolmentException e) {
      throw new EnrolmentException(Reason.PROTOCOL, String.valueOf(e.getMessage()), e);
    }
  }

  /** The DER in the body of an EST answer; base64 of a SEQUENCE begins with M, DER with 0x30. */
  static byte[] decoded(byte[] body, String where) {
    boolean der = body.length > 0 && body[0] == 0x30;
    return der ? body : base64(new String(body, StandardCharsets.ISO_8859_1), where);
  }

  /** Base64 with line ends and blanks anywhere. */
  private static byte[] base64(String text, String where) {
    try {
      return Base64.getDecoder().decode(text.replaceAll("\\s+", ""));
    } catch (IllegalArgumentException e) {
      throw damaged(where, "it is no base64", e);
    }
  }

  private static List<X509Certificate> der(byte[] bytes, String where) {
    try {
      return List.of(certificate(bytes, where));
    } catch (EnrolmentException e) {
      return pkcs7(bytes, where);
    }
  }

  private static List<X509Certificate> pkcs7(byte[] der, String where) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory.getInstance("X.509")
          .generateCertPath(new ByteArrayInputStream(der), "PKCS7")
          .getCertificates()
          .forEach(certificate -> certificates.add((X509Certificate) certificate));
    } catch (CertificateException e) {
      throw damaged(where, "it is no PKCS#7: " + e.getMessage(), e);
    }
    return certificates;
  }

  private static X509Certificate certificate(byte[] der, String where) {
    try {
      ByteArrayInputStream in = new ByteArrayInputStream(der);
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (CertificateException e) {
      throw damaged(where, "a certificate in it cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<X509Certificate> requireSome(
      List<X509Certificate> certificates, String where) {
    if (certificates.isEmpty()) {
      throw damaged(where, "it holds no certificate", null);
    }
    if (certificates.size() > MAX_CERTIFICATES) {
      throw damaged(where, "it holds more than " + MAX_CERTIFICATES + " certificates", null);
    }
    return List.copyOf(certificates);
  }

  private static EnrolmentException damaged(String where, String what, @Nullable Throwable cause) {
    return new EnrolmentException(
        Reason.UNREADABLE,
        where
            + " holds no certificates that can be read: "
            + Printable.of(what)
            + ". Wanted: PEM certificates, or PKCS#7 without a signer.",
        cause);
  }
}
