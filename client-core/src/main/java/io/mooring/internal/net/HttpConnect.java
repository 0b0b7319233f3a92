package io.mooring.internal.net;

import io.mooring.HttpProxy;
import io.mooring.error.CredentialException;
import io.mooring.error.ErrorCode;
import io.mooring.error.ProxyException;
import io.mooring.identity.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT to an HTTP proxy (RFC 9110, section 9.3.6; RFC 9112): bytes in, bytes out. An answer of
 * the 2xx class ends with its header section; what comes behind belongs to the tunnel. Nothing else
 * is believed of the proxy.
 */
final class HttpConnect {
  /** The longest header section that is read of a proxy. */
  static final int LONGEST_ANSWER = 16 * 1024;

  private static final int QUOTED = 120;
  private static final int STATUS_LINE = 12;

  private final HttpProxy proxy;
  private final String target;
  private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
  private int lineLength;

  /** A tunnel through {@code proxy} to {@code host}, which is not looked up here. */
  HttpConnect(HttpProxy proxy, String host, int port) {
    this.proxy = proxy;
    this.target = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /** What is sent. It may hold a password: whoever has sent it wipes it. */
  byte[] request() {
    byte[] head = ascii("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n");
    byte[] login = login();
    byte[] all = Arrays.copyOf(head, head.length + login.length + 2);
    System.arraycopy(login, 0, all, head.length, login.length);
    all[all.length - 2] = '\r';
    all[all.length - 1] = '\n';
    Arrays.fill(login, (byte) 0);
    return all;
  }

  private byte[] login() {
    String user = proxy.userName();
    Secret password = proxy.password();
    if (user == null || password == null) {
      return new byte[0];
    }
    byte[] name = (user + ":").getBytes(StandardCharsets.UTF_8);
    byte[] secret = copyOf(password);
    byte[] pair = Arrays.copyOf(name, name.length + secret.length);
    System.arraycopy(secret, 0, pair, name.length, secret.length);
    byte[] basic = Base64.getEncoder().encode(pair);
    byte[] field = ascii("Proxy-Authorization: Basic ");
    byte[] line = Arrays.copyOf(field, field.length + basic.length + 2);
    System.arraycopy(basic, 0, line, field.length, basic.length);
    line[line.length - 2] = '\r';
    line[line.length - 1] = '\n';
    Arrays.fill(secret, (byte) 0);
    Arrays.fill(pair, (byte) 0);
    Arrays.fill(basic, (byte) 0);
    return line;
  }

  private byte[] copyOf(Secret password) {
    try {
      return password.copyUtf8();
    } catch (IllegalStateException e) {
      throw new CredentialException(
          ErrorCode.CREDENTIAL_DESTROYED,
          "The password for the proxy "
              + proxy
              + " was destroyed; it is needed at each connection.",
          e);
    }
  }

  /**
   * Takes bytes of the answer, up to the end of its header section.
   *
   * @return true once the tunnel stands; {@code input} then holds what belongs to it
   * @throws ProxyException if the proxy refuses, or what answers is no proxy
   */
  boolean offer(ByteBuffer input) {
    while (input.hasRemaining()) {
      byte next = input.get();
      answer.write(next);
      if (answer.size() == STATUS_LINE) {
        requireHttp();
      }
      if (endsHeaders(next)) {
        judge();
        return true;
      }
      if (answer.size() == LONGEST_ANSWER) {
        throw notAProxy("its answer does not end within " + LONGEST_ANSWER + " bytes");
      }
    }
    return false;
  }

  /** The proxy closed the connection, or it broke by {@code cause}, before the tunnel stood. */
  ProxyException hungUp(@Nullable Throwable cause) {
    return new ProxyException(
        ErrorCode.PROXY_HUNG_UP,
        "The proxy "
            + proxy
            + " hung up "
            + (answer.size() == 0 ? "without an answer" : "in the middle of its answer")
            + (cause == null ? "" : ": " + cause)
            + ". Check that an HTTP proxy listens there, and its log.",
        0,
        cause);
  }

  /** No TCP connection to the proxy, by {@code cause}. */
  ProxyException unreachable(Throwable cause) {
    return new ProxyException(
        ErrorCode.PROXY_UNREACHABLE,
        "The proxy "
            + proxy
            + " cannot be reached: "
            + cause.getMessage()
            + " Check its address, and the way there.",
        0,
        cause);
  }

  /** The tunnel stands, and something other than a TLS server speaks in it. */
  ProxyException talksAhead() {
    return notAProxy("it sends data of its own behind its answer");
  }

  /** An empty line ends a header section; a bare line feed ends a line (RFC 9112, 2.2). */
  private boolean endsHeaders(byte next) {
    if (next == '\n') {
      boolean empty = lineLength == 0;
      lineLength = 0;
      return empty;
    }
    if (next != '\r') {
      lineLength++;
    }
    return false;
  }

  private void requireHttp() {
    String begin = text();
    if (!begin.matches("HTTP/1\\.[0-9] [0-9]{3}")) {
      throw notAProxy("it answers with '" + printable(begin) + "' and not in HTTP");
    }
  }

  private void judge() {
    if (answer.size() < STATUS_LINE) {
      throw notAProxy("it answers with '" + printable(text()) + "' and not in HTTP");
    }
    String head = text();
    int status = Integer.parseInt(head.substring(STATUS_LINE - 3, STATUS_LINE));
    if (status / 100 == 2) {
      return;
    }
    String line = printable(head.lines().findFirst().orElse(""));
    String evidence = "The proxy " + proxy + " answered '" + line + "' to CONNECT " + target + ". ";
    throw switch (status) {
      case 407 ->
          new ProxyException(
              ErrorCode.PROXY_AUTHENTICATION,
              evidence
                  + "It offers: "
                  + offered(head)
                  + ". "
                  + (proxy.userName() == null
                      ? "Give a user name and password for it; Basic is what this client knows."
                      : "The user name or password is wrong for it, or it does not take Basic."),
              status,
              null);
      case 502, 503, 504 ->
          new ProxyException(
              ErrorCode.PROXY_CANNOT_REACH_BROKER,
              evidence
                  + "It did not reach the broker: check the broker's name and port, the proxy's DNS"
                  + " and the way from there.",
              status,
              null);
      default ->
          new ProxyException(
              ErrorCode.PROXY_REFUSED,
              evidence
                  + "It does not let this device through: many allow CONNECT to port 443 alone. Ask"
                  + " whoever runs it to allow "
                  + target
                  + ".",
              status,
              null);
    };
  }

  private static String offered(String head) {
    String schemes =
        String.join(
            ", ",
            head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("proxy-authenticate:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip().split(" ", 2)[0])
                .toList());
    return schemes.isEmpty() ? "nothing" : printable(schemes);
  }

  private ProxyException notAProxy(String why) {
    return new ProxyException(
        ErrorCode.NOT_A_PROXY,
        "What listens at " + proxy + " is no HTTP proxy: " + why + ". Check the address.",
        0,
        null);
  }

  private String text() {
    return answer.toString(StandardCharsets.ISO_8859_1);
  }

  private static String printable(String words) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < words.length() && i < QUOTED; i++) {
      char c = words.charAt(i);
      plain.append(c >= ' ' && c <= '~' ? c : '?');
    }
    return plain.toString();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
