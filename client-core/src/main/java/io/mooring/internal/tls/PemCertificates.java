package io.mooring.internal.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates in PEM (RFC 7468), read as people write it: CRLF, stray blanks, text in between. */
public final class PemCertificates {
  private static final int MAX_BYTES = 4 * 1024 * 1024;
  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";

  private PemCertificates() {}

  /**
   * Reads a file.
   *
   * @throws KeystoreException if it cannot be read or holds no or a damaged certificate
   */
  public static List<X509Certificate> read(Path file) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_MISSING,
          "Certificate file " + file.toAbsolutePath() + " does not exist. Check the path.",
          e);
    } catch (IOException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_NO_ACCESS,
          "Certificate file " + file + " cannot be read: " + e + ". Check path and permissions.",
          e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_TOO_LARGE,
          "Certificate file " + file + " is longer than 4 MiB. Name the file of the certificates.",
          null);
    }
    return parse(bytes, "Certificate file " + file);
  }

  /**
   * Parses PEM; {@code source} begins the messages of errors.
   *
   * @throws KeystoreException if there is no certificate, or a damaged one
   */
  public static List<X509Certificate> parse(byte[] pem, String source) {
    List<String> lines = lines(new String(pem, ISO_8859_1));
    List<X509Certificate> certificates = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.startsWith(BEGIN) || !line.endsWith(DASHES)) {
        continue;
      }
      String label = line.substring(BEGIN.length(), line.length() - DASHES.length());
      int begin = i;
      StringBuilder base64 = new StringBuilder();
      String end = "-----END " + label + DASHES;
      for (i++; i < lines.size() && !lines.get(i).strip().equals(end); i++) {
        if (lines.get(i).strip().startsWith(DASHES)) {
          break;
        }
        appendWithoutBlanks(lines.get(i), base64);
      }
      if (i == lines.size() || !lines.get(i).strip().equals(end)) {
        throw new KeystoreException(
            ErrorCode.KEY_FILE_TRUNCATED,
            source
                + ": BEGIN "
                + label
                + " in line "
                + (begin + 1)
                + " has no matching END. The file is cut off or damaged; copy it again.",
            null);
      }
      if (label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE")) {
        certificates.add(decode(base64.toString(), source, begin + 1));
      } else {
        others.add(label);
      }
    }
    if (certificates.isEmpty()) {
      throw new KeystoreException(
          ErrorCode.NO_CERTIFICATE,
          source
              + " holds no certificate"
              + (others.isEmpty() ? ": no BEGIN CERTIFICATE line" : "; it holds " + others)
              + ". Give the certificates in PEM; openssl x509 -inform der turns DER into PEM.",
          null);
    }
    return certificates;
  }

  /** By hand: the first regular expression of a process costs as much as a certificate. */
  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r') {
        lines.add(text.substring(begin, i));
        if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
          i++;
        }
        begin = i + 1;
      }
    }
    lines.add(text.substring(begin));
    return lines;
  }

  private static void appendWithoutBlanks(String line, StringBuilder target) {
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c != ' ' && c != '\t' && c != '\f' && c != '\u000B') {
        target.append(c);
      }
    }
  }

  private static X509Certificate decode(String base64, String source, int line) {
    try {
      byte[] der = Base64.getDecoder().decode(base64);
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (IllegalArgumentException | CertificateException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_DAMAGED,
          source
              + ": the certificate that begins in line "
              + line
              + " is damaged: "
              + e.getMessage()
              + ". Copy it again.",
          e);
    }
  }
}
