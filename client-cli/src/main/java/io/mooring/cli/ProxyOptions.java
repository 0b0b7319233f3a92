package io.mooring.cli;

import io.mooring.HttpProxy;
import io.mooring.identity.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The HTTP proxy that carries the connections of a command. The environment's is never used. */
final class ProxyOptions {
  private static final String FORM = "--proxy is http://HOST:PORT";

  @Option(
      names = "--proxy",
      paramLabel = "http://HOST:PORT",
      description =
          "Reach the broker, and the EST server, through this HTTP proxy, by CONNECT. The proxy"
              + " looks up their names. Default: none, whatever https_proxy says.")
  @Nullable String proxy;

  @Option(
      names = "--proxy-user",
      paramLabel = "NAME",
      description =
          "User name for the proxy. It and the password go to the proxy without TLS: take a"
              + " password that opens nothing else.")
  @Nullable String user;

  @Option(
      names = "--proxy-password-file",
      paramLabel = "FILE",
      description = "Its password: a file that only its owner may read.")
  @Nullable Path passwordFile;

  /** The proxy, or null; a password is wiped by {@code wipes}. */
  @Nullable HttpProxy open(Terminal terminal, Deque<Runnable> wipes) {
    String named = proxy;
    if (named == null) {
      if (user != null || passwordFile != null) {
        throw new UsageException("--proxy-user and --proxy-password-file need --proxy");
      }
      return null;
    }
    HttpProxy address = parse(named);
    String name = user;
    Path file = passwordFile;
    if (name == null && file == null) {
      return address;
    }
    if (name == null || file == null) {
      throw new UsageException("--proxy-user and --proxy-password-file go together");
    }
    if (Passwords.isStandardInput(file)) {
      throw new UsageException("--proxy-password-file is a file; standard input is for others");
    }
    Secret password = Passwords.read(terminal, "--proxy-password-file", file, "Proxy password");
    wipes.push(password::close);
    return UsageException.parse(
        "--proxy-user", () -> address.dangerous().basicInTheClear(name, password));
  }

  /** A value with user information is not quoted: it may hold a password. */
  private static HttpProxy parse(String text) {
    if (text.indexOf('@') >= 0) {
      throw new UsageException(
          FORM + ", without a user name: that is --proxy-user and --proxy-password-file");
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new UsageException(FORM + "; got '" + Terminal.printable(text) + "'");
    }
    String host = uri.getHost();
    String path = uri.getPath();
    if (!"http".equals(uri.getScheme())
        || host == null
        || uri.getPort() < 0
        || uri.getQuery() != null
        || uri.getFragment() != null
        || !(path.isEmpty() || path.equals("/"))) {
      throw new UsageException(
          FORM
              + "; got '"
              + Terminal.printable(text)
              + "'. TLS to the proxy itself is not spoken: the tunnel carries TLS to whom it leads.");
    }
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return UsageException.parse("--proxy", () -> HttpProxy.at(bare, uri.getPort()));
  }
}
