package io.mooring.enrol;

import io.mooring.HttpProxy;
import io.mooring.enrol.EnrolmentException.Reason;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SigningKey;
import io.mooring.tls.ClockFloor;
import io.mooring.tls.TlsPolicy;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client of Enrollment over Secure Transport (RFC 7030, with RFC 8951). Immutable; blocking, with
 * one deadline for each call; callable from any thread but the client's own event loop.
 *
 * <p>The server is checked as a broker is: certificate path, host name and pins of the {@link
 * TlsPolicy}, before a byte of HTTP is sent. There is no provisional trust (section 4.1.1): what
 * {@link #caCertificates} returns is only as good as the policy that it came over.
 *
 * <pre>{@code
 * var est = EstClient.of(EstEndpoint.parse("https://est.example/.well-known/est"), policy);
 * IssuedCertificate issued = est.reenrol(currentIdentity, newKey);
 * }</pre>
 */
public final class EstClient {
  private static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MAX_TIMEOUT = Duration.ofDays(7);
  private static final int MIN_RESPONSE = 1024;
  private static final int MAX_RESPONSE = 16 * 1024 * 1024;
  private static final String PKCS7 = "application/pkcs7-mime";

  private final EstEndpoint endpoint;
  private final TlsPolicy tls;
  private final Duration timeout;
  private final int maximumResponse;
  private final Clock clock;
  private final @Nullable HttpProxy proxy;

  private EstClient(
      EstEndpoint endpoint,
      TlsPolicy tls,
      Duration timeout,
      int maximumResponse,
      Clock clock,
      @Nullable HttpProxy proxy) {
    this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
    this.tls = Objects.requireNonNull(tls, "tls");
    this.timeout = timeout;
    this.maximumResponse = maximumResponse;
    this.clock = clock;
    this.proxy = proxy;
  }

  /** A client of the server at {@code endpoint}, which is believed as {@code tls} says. */
  public static EstClient of(EstEndpoint endpoint, TlsPolicy tls) {
    return new EstClient(
        endpoint, tls, Duration.ofSeconds(60), 256 * 1024, Clock.systemUTC(), null);
  }

  /**
   * How long a call may take in all, the wait for an approval included: 100 ms to 7 days, 60 s by
   * default. Each exchange with the server within it takes at most 30 s. If the server asks to come
   * back later (202 with Retry-After), the call waits and asks again as long as that fits.
   *
   * @throws IllegalArgumentException if it is outside the range
   */
  public EstClient timeout(Duration wanted) {
    if (wanted.compareTo(MIN_TIMEOUT) < 0 || wanted.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException("timeout " + wanted + " is outside 100 ms to 7 days");
    }
    return new EstClient(endpoint, tls, wanted, maximumResponse, clock, proxy);
  }

  /**
   * The largest answer that is read, in bytes: 1 KiB to 16 MiB, 256 KiB by default.
   *
   * @throws IllegalArgumentException if it is outside the range
   */
  public EstClient maximumResponse(int bytes) {
    if (bytes < MIN_RESPONSE || bytes > MAX_RESPONSE) {
      throw new IllegalArgumentException(
          "maximumResponse " + bytes + " is outside 1024 to 16777216 bytes");
    }
    return new EstClient(endpoint, tls, timeout, bytes, clock, proxy);
  }

  /**
   * Judges certificates, the server's included, by this clock; the system's by default. If the TLS
   * policy has a {@link ClockFloor}, the later of the two counts for what is issued, too; and where
   * the clock stands below the floor, so that the time is not known, the first day of what was just
   * issued is no reason to refuse it.
   */
  public EstClient clock(Clock wanted) {
    return new EstClient(
        endpoint, tls, timeout, maximumResponse, Objects.requireNonNull(wanted, "clock"), proxy);
  }

  /** With this floor, unless the policy has one. */
  EstClient clockFloor(ClockFloor floor) {
    return tls.clockFloor() != null
        ? this
        : new EstClient(endpoint, tls.clockFloor(floor), timeout, maximumResponse, clock, proxy);
  }

  /**
   * Reaches the server through {@code carrier}, by CONNECT; none by default, whatever the
   * environment says. TLS runs through it end to end: path, name, pins and the binding of a request
   * to its connection are what they are without.
   */
  public EstClient proxy(HttpProxy carrier) {
    return new EstClient(
        endpoint, tls, timeout, maximumResponse, clock, Objects.requireNonNull(carrier, "carrier"));
  }

  /** Where the server answers. */
  public EstEndpoint endpoint() {
    return endpoint;
  }

  /**
   * The certificates of the authority (section 4.1): its roots, those between them and what it
   * issues, and those that link an old root to a new one.
   *
   * @throws EnrolmentException if the server does not answer with certificates
   * @throws io.mooring.error.MooringException if network or TLS fail, or the server is refused
   */
  public List<X509Certificate> caCertificates() {
    return call(EstLogin.none()).caCertificates();
  }

  /** What the server wishes a request to hold (section 4.5); nothing if it does not say. */
  public CsrAttributes csrAttributes() {
    return call(EstLogin.none()).csrAttributes();
  }

  /**
   * Asks for a first certificate (section 4.2.1).
   *
   * @param login how the device proves that it may have one
   * @param key the key to be certified
   * @param names whom the certificate is for
   * @return the certificate with its chain, judged by {@link IssuedCertificate#judge} with the
   *     authority's own certificates as the end of the chain
   * @throws EnrolmentException if none is issued, or it cannot be used
   * @throws io.mooring.error.MooringException if network or TLS fail, or the server is refused
   */
  public IssuedCertificate enrol(EstLogin login, SigningKey key, RequestedNames names) {
    return call(login).enrol("simpleenroll", key, names);
  }

  /**
   * Asks for the next certificate, with the names of the one in use (section 4.2.2).
   *
   * @param current authenticates the device in TLS; it stays usable
   * @param key a new key, or the current one to keep it
   * @return as for {@link #enrol}
   * @throws EnrolmentException if none is issued, or it cannot be used
   * @throws io.mooring.error.MooringException if network or TLS fail, or the server is refused
   */
  public IssuedCertificate reenrol(DeviceIdentity current, SigningKey key) {
    RequestedNames names = RequestedNames.of(current.certificateChain().get(0));
    return call(EstLogin.certificate(current)).enrol("simplereenroll", key, names);
  }

  /** Endpoint, policy and proxy. */
  @Override
  public String toString() {
    return "EstClient[" + endpoint + ", " + tls + (proxy == null ? "" : ", through " + proxy) + "]";
  }

  private Call call(EstLogin login) {
    return new Call(new EstExchange(endpoint, tls, login, maximumResponse, clock, timeout, proxy));
  }

  /** One call of the application: several exchanges under one deadline. */
  private final class Call {
    private final EstExchange exchange;

    Call(EstExchange exchange) {
      this.exchange = exchange;
    }

    List<X509Certificate> caCertificates() {
      HttpResponse response = requireOk("cacerts", exchange.get("cacerts"));
      return certificates("cacerts", response);
    }

    CsrAttributes csrAttributes() {
      HttpResponse response = exchange.get("csrattrs");
      // Optional (section 4.5): a server without wishes says 204 or 404, and some know no such
      // path.
      return switch (response.status()) {
        case 204, 404, 405, 501 -> CsrAttributes.NONE;
        default -> {
          byte[] body = requireOk("csrattrs", response).body();
          yield body.length == 0 ? CsrAttributes.NONE : CsrAttributes.parse(body, what("csrattrs"));
        }
      };
    }

    IssuedCertificate enrol(String operation, SigningKey key, RequestedNames names) {
      // First, so that a certificate that was issued is not lost to a later failure.
      List<X509Certificate> authorities = caCertificates();
      boolean binding = csrAttributes().channelBinding();
      CertificateRequest request = binding ? null : CertificateRequest.signedBy(key, names);
      while (true) {
        HttpResponse response =
            exchange.post(
                operation,
                binding,
                challenge ->
                    (request == null ? CertificateRequest.signedBy(key, names, challenge) : request)
                        .base64());
        if (response.status() != 202) {
          return judge(key, certificates(operation, requireOk(operation, response)), authorities);
        }
        awaitApproval(response);
      }
    }

    private IssuedCertificate judge(
        SigningKey key, List<X509Certificate> answer, List<X509Certificate> authorities) {
      ClockFloor floor = tls.clockFloor();
      Instant now = clock.instant();
      Instant lowest = floor == null ? now : floor.floor();
      boolean known = !now.isBefore(lowest);
      return IssuedCertificate.judge(
          key.publicKey(), answer, authorities, known ? now : lowest, known);
    }

    private void awaitApproval(HttpResponse response) {
      Duration wanted = response.retryAfter(clock);
      Duration pause =
          wanted == null || wanted.compareTo(EstExchange.MIN_PAUSE) < 0
              ? EstExchange.MIN_PAUSE
              : wanted;
      if (wanted == null || !exchange.pause(pause)) {
        throw new EnrolmentException(
            Reason.PENDING,
            "The EST server "
                + endpoint
                + " has taken the request and waits for its approval (HTTP 202"
                + (wanted == null
                    ? ", without Retry-After"
                    : ", Retry-After " + wanted.toSeconds() + " s")
                + ")"
                + quote(response)
                + ". Repeat the same request later, with the same key; or wait longer (timeout).",
            202,
            wanted,
            null);
      }
    }

    private List<X509Certificate> certificates(String operation, HttpResponse response) {
      if (!response.mediaType().equals(PKCS7)) {
        throw new EnrolmentException(
            Reason.PROTOCOL,
            what(operation)
                + " is of type '"
                + Printable.of(response.mediaType())
                + "', not "
                + PKCS7
                + quote(response)
                + ". Check that the URL is that of an EST server.");
      }
      return CertificateBundle.certsOnly(response.body(), what(operation));
    }

    private String what(String operation) {
      return "The answer of " + endpoint + " to " + operation;
    }

    private HttpResponse requireOk(String operation, HttpResponse response) {
      int status = response.status();
      if (status == 200) {
        return response;
      }
      String happened =
          "The EST server "
              + endpoint
              + " answered "
              + operation
              + " with HTTP "
              + status
              + quote(response);
      if (status >= 500) {
        throw new EnrolmentException(
            Reason.UNAVAILABLE,
            happened + ". Try again later; see the server's log.",
            status,
            response.retryAfter(clock),
            null);
      }
      throw new EnrolmentException(
          status >= 400 ? Reason.REFUSED : Reason.PROTOCOL,
          happened + ". " + exchange.advice(status),
          status,
          null,
          null);
    }

    private String quote(HttpResponse response) {
      String words = response.words();
      return words.isEmpty() ? "" : " and says: \"" + words + "\"";
    }
  }
}
