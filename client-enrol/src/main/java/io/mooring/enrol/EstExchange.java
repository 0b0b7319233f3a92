package io.mooring.enrol;

import io.mooring.HttpProxy;
import io.mooring.enrol.EnrolmentException.Reason;
import io.mooring.error.ErrorCode;
import io.mooring.error.TimeoutException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.internal.net.TlsStream;
import io.mooring.internal.tls.TlsMachine;
import io.mooring.tls.ChannelBinding;
import io.mooring.tls.TlsPolicy;
import io.mooring.tls.TlsVersion;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Requests and answers of one call: each on a connection of its own, which is proven before
 * anything is sent. Redirects stay at the same host and port (RFC 7030, section 3.2.1); a challenge
 * for a password is answered once.
 */
final class EstExchange {
  /** A server that says "come back at once" is not hammered. */
  static final Duration MIN_PAUSE = Duration.ofSeconds(1);

  private static final long EXCHANGE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int MAX_REDIRECTS = 3;

  private final EstEndpoint endpoint;
  private final TlsPolicy tls;
  private final EstLogin login;
  private final int maximumResponse;
  private final Clock clock;
  private final long deadlineNanos;
  private final @Nullable HttpProxy proxy;
  private boolean certificateRequested;

  /**
   * Makes the body for a connection; {@code challenge} is its channel binding, if one is wanted.
   */
  interface Body {
    byte[] of(@Nullable String challenge);
  }

  EstExchange(
      EstEndpoint endpoint,
      TlsPolicy tls,
      EstLogin login,
      int maximumResponse,
      Clock clock,
      Duration timeout,
      @Nullable HttpProxy proxy) {
    this.endpoint = endpoint;
    this.tls = tls;
    this.login = login;
    this.maximumResponse = maximumResponse;
    this.clock = clock;
    this.deadlineNanos = System.nanoTime() + timeout.toNanos();
    this.proxy = proxy;
  }

  HttpResponse get(String operation) {
    return run("GET", operation, false, challenge -> new byte[0]);
  }

  HttpResponse post(String operation, boolean binding, Body body) {
    return run("POST", operation, binding, body);
  }

  /** Waits, if that leaves time for another exchange; false if it does not. */
  boolean pause(Duration wanted) {
    long left = deadlineNanos - System.nanoTime();
    if (wanted.compareTo(Duration.ofNanos(left)) >= 0) {
      return false;
    }
    try {
      return !new CountDownLatch(1).await(wanted.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException(
          ErrorCode.INTERRUPTED,
          "The wait for the approval of " + endpoint + " was interrupted.",
          e);
    }
  }

  /** What to do about a refusal. */
  String advice(int status) {
    if (status != 401 && status != 403) {
      return "See the server's log for what it did not like.";
    }
    if (login.certificate() != null && !certificateRequested) {
      return "The server did not ask for the device's certificate in TLS: enable client"
          + " certificates there.";
    }
    return login.password() == null
        ? "Check that the server accepts this device's certificate, or give a password."
        : "Check user name and password; a one-time password works once.";
  }

  private HttpResponse run(String method, String operation, boolean binding, Body body) {
    String target = endpoint.path(operation);
    byte[] authorization = null;
    int redirects = 0;
    while (true) {
      HttpResponse response = once(method, target, authorization, binding, body);
      if (response.status() == 401 && authorization == null) {
        HttpPassword password = login.password();
        authorization =
            password == null
                ? null
                : password.answer(
                    HttpChallenge.parse(response.all("www-authenticate")), method, target);
        if (authorization == null) {
          return response;
        }
      } else if (isRedirect(response.status(), method)) {
        redirects++;
        target = redirected(response, redirects);
        authorization = null;
      } else {
        return response;
      }
    }
  }

  private HttpResponse once(
      String method, String target, byte @Nullable [] authorization, boolean binding, Body body) {
    long now = System.nanoTime();
    long end = deadlineNanos - now < EXCHANGE_NANOS ? deadlineNanos : now + EXCHANGE_NANOS;
    DeviceIdentity identity = login.certificate();
    TlsMachine machine =
        new TlsMachine(
            tls,
            endpoint.host(),
            endpoint.port(),
            identity,
            binding ? ChannelBinding.TLS_EXPORTER : null,
            clock);
    try (TlsStream stream = TlsStream.open(endpoint.host(), endpoint.port(), proxy, machine, end)) {
      certificateRequested = stream.server().clientCertificateRequested();
      byte[] content = body.of(binding ? challenge(stream) : null);
      byte[] request = request(method, target, authorization, content);
      try {
        stream.write(request);
      } finally {
        Arrays.fill(request, (byte) 0);
      }
      return HttpResponse.read(stream::read, maximumResponse);
    }
  }

  /**
   * RFC 7030, section 3.5, puts tls-unique here, which TLS 1.3 has not; its successor is
   * tls-exporter (RFC 9266).
   */
  private String challenge(TlsStream stream) {
    if (!stream.server().protocol().equals(TlsVersion.TLS_1_3.standardName())) {
      throw new EnrolmentException(
          Reason.NO_CHANNEL_BINDING,
          "The EST server "
              + endpoint
              + " wants the request bound to the TLS connection (challengePassword), and agreed on "
              + stream.server().protocol()
              + ". Here that takes TLS 1.3 (tls-exporter, RFC 9266). Enable TLS 1.3 on the server,"
              + " or drop challengePassword from its CSR attributes.");
    }
    byte[] binding = stream.server().channelBinding();
    return Base64.getEncoder().encodeToString(binding);
  }

  private byte[] request(
      String method, String target, byte @Nullable [] authorization, byte[] content) {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(endpoint.authority()).append("\r\n");
    head.append("User-Agent: mooring\r\nConnection: close\r\n");
    head.append("Accept: */*\r\n");
    if (method.equals("POST")) {
      // RFC 8951 lets a server ignore the transfer encoding; servers of RFC 7030 may want it.
      head.append("Content-Type: application/pkcs10\r\n");
      head.append("Content-Transfer-Encoding: base64\r\n");
      head.append("Content-Length: ").append(content.length).append("\r\n");
    }
    WipingBuffer bytes = new WipingBuffer();
    bytes.put(head.toString().getBytes(StandardCharsets.US_ASCII));
    if (authorization != null) {
      bytes.put("Authorization: ".getBytes(StandardCharsets.US_ASCII));
      bytes.put(authorization);
      bytes.put("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    bytes.put("\r\n".getBytes(StandardCharsets.US_ASCII));
    bytes.put(content);
    return bytes.take();
  }

  private static boolean isRedirect(int status, String method) {
    return switch (status) {
      case 301, 302, 307, 308 -> true;
      case 303 -> method.equals("GET");
      default -> false;
    };
  }

  /** The path at the same host and port; anything else would be trusted without being checked. */
  private String redirected(HttpResponse response, int redirects) {
    String location = response.first("location");
    if (location == null || redirects > MAX_REDIRECTS) {
      throw new EnrolmentException(
          Reason.REDIRECTED,
          "The EST server "
              + endpoint
              + (location == null ? " redirects to nowhere" : " redirects in a circle")
              + " (HTTP "
              + response.status()
              + "). Ask its operator for the final URL.");
    }
    try {
      URI base = new URI("https://" + endpoint.authority() + "/");
      URI to = base.resolve(new URI(location));
      boolean sameOrigin =
          "https".equalsIgnoreCase(to.getScheme())
              && base.getHost().equalsIgnoreCase(to.getHost())
              && port(to) == endpoint.port()
              && to.getRawUserInfo() == null;
      if (sameOrigin && to.getRawPath().startsWith("/") && to.getRawQuery() == null) {
        return to.getRawPath();
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw refused(response, location, e);
    }
    throw refused(response, location, null);
  }

  private static int port(URI uri) {
    return uri.getPort() < 0 ? EstEndpoint.DEFAULT_PORT : uri.getPort();
  }

  private EnrolmentException refused(
      HttpResponse response, String location, @Nullable Throwable cause) {
    return new EnrolmentException(
        Reason.REDIRECTED,
        "The EST server "
            + endpoint
            + " redirects (HTTP "
            + response.status()
            + ") to '"
            + Printable.of(location)
            + "', which is not the same https host and port. Not followed. If that is right, give"
            + " that URL with its own trust.",
        response.status(),
        null,
        cause);
  }

  /** Grows without leaving copies of a password behind. */
  private static final class WipingBuffer extends ByteArrayOutputStream {
    WipingBuffer() {
      super(16 * 1024);
    }

    void put(byte[] bytes) {
      if (bytes.length > buf.length - count) {
        byte[] larger = Arrays.copyOf(buf, Math.max(buf.length * 2, count + bytes.length));
        Arrays.fill(buf, (byte) 0);
        buf = larger;
      }
      System.arraycopy(bytes, 0, buf, count, bytes.length);
      count += bytes.length;
    }

    byte[] take() {
      byte[] all = toByteArray();
      Arrays.fill(buf, (byte) 0);
      return all;
    }
  }
}
