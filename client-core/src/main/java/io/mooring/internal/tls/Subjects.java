package io.mooring.internal.tls;

import java.security.cert.X509Certificate;

/** Text of a certificate made fit for messages: a peer chose it, so it is bounded and escaped. */
final class Subjects {
  private static final int MAX_CHARS = 200;

  private Subjects() {}

  /** The subject in RFC 2253 form, or the serial number if the subject is empty. */
  static String of(X509Certificate certificate) {
    String subject = certificate.getSubjectX500Principal().getName();
    return subject.isEmpty()
        ? "serial number " + certificate.getSerialNumber().toString(16)
        : printable(subject);
  }

  private static boolean isPlain(String text) {
    if (text.length() > MAX_CHARS) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  /** The text without control characters, of at most 200 characters. */
  static String printable(String text) {
    if (isPlain(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(MAX_CHARS)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                out.append('?');
              } else {
                out.appendCodePoint(c);
              }
            });
    return text.codePointCount(0, text.length()) > MAX_CHARS
        ? out.append("...").toString()
        : out.toString();
  }
}
