package io.mooring;

import io.mooring.internal.tls.IpAddresses;
import java.net.IDN;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the broker listens: {@code mqtts://host[:port]}. The host is the name that the broker's
 * certificate must bear.
 *
 * @param host a DNS name in lower case and A-label form (RFC 5890), an IPv4 address, or an IPv6
 *     address without brackets
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
  /** The port registered for MQTT over TLS. */
  public static final int DEFAULT_PORT = 8883;

  private static final String SCHEME = "mqtts";
  private static final String FORM = "write mqtts://host or mqtts://host:port";
  private static final int MAX_NAME = 253;
  private static final int MAX_LABEL = 63;
  private static final int MAX_PORT = 65_535;

  /**
   * Checks and normalises the host; a name outside ASCII becomes its A-label form.
   *
   * @throws IllegalArgumentException if host or port cannot be
   */
  public Endpoint {
    host = normalise(Objects.requireNonNull(host, "host"));
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + " is outside 1 to 65535");
    }
  }

  /**
   * Parses {@code mqtts://host[:port]}; the port defaults to 8883, an IPv6 address stands in
   * brackets.
   *
   * @throws IllegalArgumentException for any other scheme, for user information, path, query or
   *     fragment, and for a host or port that cannot be
   */
  public static Endpoint parse(String uri) {
    Objects.requireNonNull(uri, "uri");
    int colon = uri.indexOf("://");
    if (colon < 0) {
      requireNoUserInformation(uri);
      throw new IllegalArgumentException("endpoint '" + uri + "' has no scheme; " + FORM);
    }
    requireMqtts(uri.substring(0, colon).toLowerCase(Locale.ROOT));
    String authority = uri.substring(colon + 3);
    if (authority.endsWith("/")) {
      authority = authority.substring(0, authority.length() - 1);
    }
    requireNoUserInformation(authority);
    for (char forbidden : new char[] {'/', '?', '#', '\\'}) {
      if (authority.indexOf(forbidden) >= 0) {
        throw new IllegalArgumentException(
            "endpoint '" + uri + "' has a path, query or fragment, which MQTT has not; " + FORM);
      }
    }
    return authority.startsWith("[") ? parseBracketed(authority, uri) : parseNamed(authority, uri);
  }

  // A record's own equals and hashCode are spun at run time, 20 ms of a device's start.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Endpoint o && port == o.port && host.equals(o.host);
  }

  @Override
  public int hashCode() {
    return 31 * host.hashCode() + port;
  }

  /** The form {@code mqtts://host:port}, with an IPv6 address in brackets. */
  @Override
  public String toString() {
    return SCHEME + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /** Comes before anything is quoted: what stands before an @ may hold a password. */
  private static void requireNoUserInformation(String text) {
    if (text.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "an endpoint holds no user name or password; give them to the authentication, and "
              + FORM);
    }
  }

  private static void requireMqtts(String scheme) {
    switch (scheme) {
      case SCHEME -> {}
      case "mqtt", "tcp" ->
          throw new IllegalArgumentException(
              scheme
                  + ":// is plaintext; Mooring has no plaintext mode. Use the broker's TLS listener: "
                  + FORM);
      case "ws" ->
          throw new IllegalArgumentException(
              "ws:// is plaintext, and Mooring does not speak WebSocket. Use the broker's TLS"
                  + " listener: "
                  + FORM);
      case "wss" ->
          throw new IllegalArgumentException(
              "wss:// is MQTT over WebSocket, which Mooring does not speak. Use the broker's MQTT"
                  + " listener with TLS: "
                  + FORM);
      case "ssl", "tls" ->
          throw new IllegalArgumentException(
              scheme + ":// is another client's name for it; " + FORM);
      case "http", "https" ->
          throw new IllegalArgumentException(
              scheme + ":// is not MQTT; " + FORM + " with the port of the broker's MQTT listener");
      default ->
          throw new IllegalArgumentException(
              "unknown scheme '" + abbreviate(scheme) + "'; " + FORM);
    }
  }

  private static Endpoint parseBracketed(String authority, String uri) {
    int end = authority.indexOf(']');
    if (end < 0) {
      throw new IllegalArgumentException("endpoint '" + uri + "' lacks the closing bracket");
    }
    String host = authority.substring(1, end);
    if (host.indexOf(':') < 0) {
      throw new IllegalArgumentException(
          "endpoint '" + uri + "': only an IPv6 address stands in brackets");
    }
    String rest = authority.substring(end + 1);
    if (rest.isEmpty()) {
      return new Endpoint(host, DEFAULT_PORT);
    }
    if (!rest.startsWith(":")) {
      throw new IllegalArgumentException(
          "endpoint '" + uri + "': only :port may follow the bracket");
    }
    return new Endpoint(host, parsePort(rest.substring(1), uri));
  }

  private static Endpoint parseNamed(String authority, String uri) {
    int colon = authority.indexOf(':');
    if (colon < 0) {
      return new Endpoint(authority, DEFAULT_PORT);
    }
    if (authority.indexOf(':', colon + 1) >= 0) {
      throw new IllegalArgumentException(
          "endpoint '" + uri + "': an IPv6 address stands in brackets, mqtts://[2001:db8::1]:8883");
    }
    return new Endpoint(
        authority.substring(0, colon), parsePort(authority.substring(colon + 1), uri));
  }

  private static int parsePort(String text, String uri) {
    if (text.isEmpty() || text.length() > 5 || !IpAddresses.areDigits(text)) {
      throw new IllegalArgumentException(
          "endpoint '" + uri + "': '" + text + "' is not a port of 1 to 65535");
    }
    return Integer.parseInt(text);
  }

  private static String normalise(String host) {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("the endpoint has no host; " + FORM);
    }
    if (host.indexOf(':') >= 0) {
      if (host.indexOf('%') >= 0) {
        throw new IllegalArgumentException(
            "host '" + host + "' has a zone, which no certificate can bear; use a global address");
      }
      if (IpAddresses.parse(host) == null) {
        throw new IllegalArgumentException("host '" + host + "' is not an IPv6 address");
      }
      return host.toLowerCase(Locale.ROOT);
    }
    if (IpAddresses.parse(host) != null) {
      return host;
    }
    String name = toAscii(host);
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "host '"
              + abbreviate(host)
              + "' has "
              + name.length()
              + " characters; 1 to 253 are allowed");
    }
    if (IpAddresses.endsInNumber(name)) {
      throw new IllegalArgumentException(
          "host '" + host + "' is neither a DNS name nor four decimal octets of an IPv4 address");
    }
    return name;
  }

  private static String toAscii(String host) {
    // A trailing dot is how the DNS writes an absolute name; certificates never bear it.
    String relative = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    String name;
    try {
      // IDN reads its tables, 15 ms of a device's start: only a name that needs it pays.
      name = (isAscii(relative) ? relative : IDN.toASCII(relative)).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "host '" + abbreviate(host) + "' is not a DNS name: " + e.getMessage(), e);
    }
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "host '"
              + abbreviate(host)
              + "' is not a DNS name: labels of 1 to 63 letters, digits, hyphens and underscores,"
              + " with dots between them");
    }
    return name;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7F) {
        return false;
      }
    }
    return true;
  }

  private static boolean isName(String name) {
    int begin = 0;
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', begin)) {
      if (!isLabel(name, begin, dot)) {
        return false;
      }
      begin = dot + 1;
    }
    return isLabel(name, begin, name.length());
  }

  /** Underscores are no host names by RFC 1123, but containers and local networks use them. */
  private static boolean isLabel(String name, int begin, int end) {
    if (begin == end || end - begin > MAX_LABEL) {
      return false;
    }
    for (int i = begin; i < end; i++) {
      char c = name.charAt(i);
      boolean inside = i > begin && i < end - 1;
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (inside && c == '-'))) {
        return false;
      }
    }
    return true;
  }

  private static String abbreviate(String text) {
    return text.length() <= MAX_NAME ? text : text.substring(0, MAX_NAME) + "...";
  }
}
