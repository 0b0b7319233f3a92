package io.mooring.enrol;

import io.mooring.Endpoint;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where an EST server answers: {@code https://HOST[:PORT]/.well-known/est[/LABEL]} (RFC 7030,
 * section 3.2.2).
 *
 * @param host a DNS name in A-label form or an IP address without brackets; the name that the
 *     server's certificate must bear
 * @param port 1 to 65535
 * @param label which of several authorities behind the server; empty for its default
 */
public record EstEndpoint(String host, int port, String label) {
  /** The port of HTTPS. */
  public static final int DEFAULT_PORT = 443;

  private static final String PATH = "/.well-known/est";
  private static final String FORM = "write https://host[:port]/.well-known/est[/label]";
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9._~-]{0,100}");
  private static final Set<String> OPERATIONS =
      Set.of("cacerts", "simpleenroll", "simplereenroll", "fullcmc", "serverkeygen", "csrattrs");

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if one of them cannot be
   */
  public EstEndpoint {
    host = new Endpoint(host, port).host();
    if (!LABEL.matcher(label).matches() || OPERATIONS.contains(label)) {
      throw new IllegalArgumentException(
          "EST label '" + Printable.of(label) + "' is no path segment, or names an operation");
    }
  }

  /**
   * Parses the URL of an EST server.
   *
   * @throws IllegalArgumentException for plain http, another path, a query, user information, and
   *     for a host or port that cannot be
   */
  public static EstEndpoint parse(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("'" + withoutUserInfo(url) + "' is no URL; " + FORM, e);
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("an EST URL holds no user name or password; " + FORM);
    }
    if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "'" + withoutUserInfo(url) + "' is no https URL; EST runs over TLS only; " + FORM);
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("an EST URL has no query or fragment; " + FORM);
    }
    String host = uri.getHost();
    return new EstEndpoint(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
        label(uri.getRawPath()));
  }

  /** The URL. */
  @Override
  public String toString() {
    return "https://" + authority() + PATH + (label.isEmpty() ? "" : "/" + label);
  }

  /** What the Host field says. */
  String authority() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
        + (port == DEFAULT_PORT ? "" : ":" + port);
  }

  String path(String operation) {
    return PATH + (label.isEmpty() ? "" : "/" + label) + "/" + operation;
  }

  private static String label(String path) {
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (trimmed.equals(PATH)) {
      return "";
    }
    if (trimmed.startsWith(PATH + "/")) {
      return trimmed.substring(PATH.length() + 1);
    }
    throw new IllegalArgumentException(
        "'" + Printable.of(path) + "' is not the path of an EST server; " + FORM);
  }

  /** What stands before an @ may hold a password. */
  private static String withoutUserInfo(String url) {
    return Printable.of(url.substring(url.lastIndexOf('@') + 1));
  }
}
