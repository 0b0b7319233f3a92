package io.mooring.enrol;

import java.security.cert.X509Certificate;

/** Text that a peer chose, made fit for a message: bounded, one line, no control characters. */
final class Printable {
  private static final int MAX_CHARS = 300;

  private Printable() {}

  static String of(String text) {
    StringBuilder safe = new StringBuilder();
    text.strip()
        .codePoints()
        .limit(MAX_CHARS)
        .forEach(
            c -> {
              int type = Character.getType(c);
              if (Character.isWhitespace(c)) {
                safe.append(' ');
              } else if (type == Character.CONTROL
                  || type == Character.FORMAT
                  || type == Character.SURROGATE
                  || type == Character.UNASSIGNED) {
                safe.append('?');
              } else {
                safe.appendCodePoint(c);
              }
            });
    return text.codePointCount(0, text.length()) > MAX_CHARS
        ? safe.append("...").toString()
        : safe.toString();
  }

  /** The subject, or the serial number where the subject is empty. */
  static String of(X509Certificate certificate) {
    String subject = certificate.getSubjectX500Principal().getName();
    return subject.isEmpty()
        ? "serial number " + certificate.getSerialNumber().toString(16)
        : of(subject);
  }
}
