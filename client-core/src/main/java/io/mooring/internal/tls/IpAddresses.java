package io.mooring.internal.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** IP address literals, read strictly and without ever asking the DNS. */
public final class IpAddresses {
  private static final int OCTETS = 4;

  private IpAddresses() {}

  /** The 4 or 16 bytes of a literal (IPv6 without brackets), or null if the text is no literal. */
  public static byte @Nullable [] parse(String text) {
    return text.indexOf(':') >= 0 ? parseIpv6(text) : parseIpv4(text);
  }

  /** True if the last label is a number: such a name would be an IPv4 address in disguise. */
  public static boolean endsInNumber(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return !last.isEmpty() && (areDigits(last) || last.regionMatches(true, 0, "0x", 0, 2));
  }

  /** True if every character is one of 0 to 9. */
  public static boolean areDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static byte @Nullable [] parseIpv4(String text) {
    String[] octets = text.split("\\.", -1);
    if (octets.length != OCTETS) {
      return null;
    }
    byte[] address = new byte[OCTETS];
    for (int i = 0; i < OCTETS; i++) {
      String octet = octets[i];
      if (octet.isEmpty()
          || octet.length() > 3
          || (octet.length() > 1 && octet.charAt(0) == '0')
          || !areDigits(octet)) {
        return null;
      }
      int value = Integer.parseInt(octet);
      if (value > 0xFF) {
        return null;
      }
      address[i] = (byte) value;
    }
    return address;
  }

  private static byte @Nullable [] parseIpv6(String text) {
    for (int i = 0; i < text.length(); i++) {
      if ("0123456789abcdefABCDEF:.".indexOf(text.charAt(i)) < 0) {
        return null;
      }
    }
    try {
      // A text with a colon is never looked up: it is a literal or it is refused.
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
