package io.mooring.internal.tls;

import io.mooring.error.HostNameException;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Is this certificate for that host? Only the Subject Alternative Name counts, never the Common
 * Name (RFC 9525, section 6). A wildcard is a whole left-most label, stands for exactly one label,
 * and leaves at least two labels behind it, so that {@code *.com} names nobody.
 */
final class HostNames {
  private static final int SAN_DNS_NAME = 2;
  private static final int SAN_IP_ADDRESS = 7;
  private static final int NAMES_IN_MESSAGE = 8;

  private HostNames() {}

  /**
   * Returns normally if {@code leaf} is for {@code host}.
   *
   * @param host a DNS name in A-label form, or an IP literal without brackets
   * @throws HostNameException if it is not
   */
  static void verify(X509Certificate leaf, String host) {
    byte[] address = IpAddresses.parse(host);
    List<String> presented = new ArrayList<>();
    for (List<?> entry : subjectAlternativeNames(leaf, host)) {
      if (entry.get(0) instanceof Integer type && entry.get(1) instanceof String value) {
        if (type == SAN_DNS_NAME) {
          if (address == null && matchesName(value, host)) {
            return;
          }
          presented.add(value);
        } else if (type == SAN_IP_ADDRESS) {
          if (address != null && matchesAddress(value, address)) {
            return;
          }
          presented.add(value);
        }
      }
    }
    throw new HostNameException(message(leaf, host, presented), host, presented);
  }

  /** Does the dNSName {@code pattern} name {@code host}? Both in A-label form. */
  static boolean matchesName(String pattern, String host) {
    String lowerHost = host.toLowerCase(Locale.ROOT);
    String lowerPattern = pattern.toLowerCase(Locale.ROOT);
    if (!lowerPattern.startsWith("*.")) {
      return isName(lowerPattern) && lowerPattern.equals(lowerHost);
    }
    String parent = lowerPattern.substring(2);
    int dot = lowerHost.indexOf('.');
    return isName(parent)
        && parent.indexOf('.') > 0
        && dot > 0
        && lowerHost.substring(dot + 1).equals(parent);
  }

  private static boolean matchesAddress(String value, byte[] address) {
    byte[] presented = IpAddresses.parse(value);
    return presented != null && MessageDigest.isEqual(presented, address);
  }

  /** Labels of letters, digits, hyphens and underscores; a star anywhere makes it none. */
  private static boolean isName(String name) {
    if (name.isEmpty() || name.startsWith(".") || name.endsWith(".") || name.contains("..")) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean legal =
          (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
      if (!legal) {
        return false;
      }
    }
    return true;
  }

  private static Collection<List<?>> subjectAlternativeNames(X509Certificate leaf, String host) {
    try {
      @Nullable Collection<List<?>> names = leaf.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException e) {
      throw new HostNameException(
          "The Subject Alternative Name of the certificate of "
              + host
              + " cannot be read: "
              + Subjects.printable(String.valueOf(e.getMessage()))
              + ". The broker needs a well-formed certificate.",
          host,
          List.of());
    }
  }

  private static String message(X509Certificate leaf, String host, List<String> presented) {
    String subject = Subjects.of(leaf);
    if (presented.isEmpty()) {
      return "The broker's certificate is not for "
          + host
          + ": it has no Subject Alternative Name for hosts (subject "
          + subject
          + "; the Common Name does not count, RFC 9525). Give the broker a certificate with "
          + host
          + " as Subject Alternative Name.";
    }
    List<String> shown =
        presented.size() <= NAMES_IN_MESSAGE ? presented : presented.subList(0, NAMES_IN_MESSAGE);
    return "The broker's certificate is not for "
        + host
        + ": it names "
        + String.join(", ", shown.stream().map(Subjects::printable).toList())
        + (presented.size() > shown.size()
            ? " and " + (presented.size() - shown.size()) + " more"
            : "")
        + " (subject "
        + subject
        + "). Connect by a name it bears, or give the broker a certificate for "
        + host
        + ".";
  }
}
