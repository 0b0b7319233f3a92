package io.mooring.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/**
 * An EST server (RFC 7030) on loopback with an authority of its own: a root, and below it the one
 * that issues. It wants a password or a certificate from a factory for a first certificate, and its
 * own certificate for the next one; it can put requests off, and misbehave.
 */
public final class EstServer implements AutoCloseable {
  private static final String BASE = "/.well-known/est/";
  private static final Duration END = Duration.ofSeconds(2);

  private final Builder options;
  private final TestIdentity identity;
  private final TestIdentity issuing;
  private final HttpsServer http;
  private final OwnThreads threads = new OwnThreads("est-server");
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger pending;
  private final List<X509Certificate> issued = new CopyOnWriteArrayList<>();
  private final List<byte[]> requests = new CopyOnWriteArrayList<>();
  private final List<String> operations = new CopyOnWriteArrayList<>();
  private volatile EstFault fault;

  private EstServer(Builder options) throws IOException {
    this.options = options;
    this.identity = options.identity == null ? TestCertificates.localhost() : options.identity;
    TestIdentity root = TestCertificates.ca("EST Root").create();
    this.issuing = root.issuesCa("EST Issuing CA").pathLength(0).create();
    this.fault = options.fault;
    this.pending = new AtomicInteger(options.pendingAnswers);
    this.http = HttpsServer.create(new InetSocketAddress(Loopback.ipv4(), 0), 0);
    List<X509Certificate> clientRoots = new ArrayList<>(options.factoryRoots);
    clientRoots.add(root.certificate());
    SSLContext tls = TestTls.server(identity, clientRoots);
    http.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = tls.getDefaultSSLParameters();
            wanted.setWantClientAuth(true);
            wanted.setProtocols(options.protocols);
            parameters.setSSLParameters(wanted);
          }
        });
    http.createContext("/", this::handle);
    http.setExecutor(threads::execute);
    http.start();
  }

  /** Starts the description of a server. */
  public static Builder builder() {
    return new Builder();
  }

  /** {@code https://localhost:PORT/.well-known/est}. */
  public String url() {
    return "https://localhost:" + port() + "/.well-known/est";
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return http.getAddress().getPort();
  }

  /** What the server presents in TLS; its {@code root()} is what a client should trust. */
  public TestIdentity identity() {
    return identity;
  }

  /** The authority that issues the certificates of devices; its {@code root()} is their root. */
  public TestIdentity authority() {
    return issuing;
  }

  /** The certificates that were issued, in order. */
  public List<X509Certificate> issued() {
    return List.copyOf(issued);
  }

  /** The requests (PKCS#10 in DER) that came, in order, refused ones included. */
  public List<byte[]> requests() {
    return List.copyOf(requests);
  }

  /** The names of the operations that were asked for, in order. */
  public List<String> operations() {
    return List.copyOf(operations);
  }

  /** Misbehaves from now on. */
  public void fault(EstFault wanted) {
    fault = wanted;
  }

  /** Stops at once. */
  @Override
  public void close() {
    closed.countDown();
    http.stop(0);
    threads.end(END);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String label = options.label.isEmpty() ? "" : options.label + "/";
      String operation =
          path.startsWith(BASE + label) ? path.substring((BASE + label).length()) : "";
      operations.add(operation.replace("moved/", ""));
      byte[] body = exchange.getRequestBody().readAllBytes();
      switch (operation) {
        case "cacerts" -> certificates(exchange, authorities());
        case "csrattrs" -> csrAttributes(exchange);
        case "simpleenroll", "moved/simpleenroll" -> enrol(exchange, body, false);
        case "simplereenroll" -> enrol(exchange, body, true);
        default -> text(exchange, 404, "no such operation");
      }
    }
  }

  private List<X509Certificate> authorities() {
    return fault == EstFault.GAP_IN_CACERTS ? List.of(issuing.root()) : issuing.path();
  }

  private void csrAttributes(HttpExchange exchange) throws IOException {
    if (options.csrAttributes.isEmpty()) {
      exchange.sendResponseHeaders(204, -1);
      return;
    }
    byte[] der =
        new DERSequence(
                options.csrAttributes.stream()
                    .map(ASN1ObjectIdentifier::new)
                    .toArray(ASN1ObjectIdentifier[]::new))
            .getEncoded();
    answer(exchange, 200, "application/csrattrs", Base64.getMimeEncoder().encode(der));
  }

  private void enrol(HttpExchange exchange, byte[] body, boolean again) throws IOException {
    if (misbehaves(exchange)) {
      return;
    }
    X509Certificate client = clientCertificate(exchange);
    boolean ours = client != null && client.getIssuerX500Principal().equals(issuingName());
    boolean factory = client != null && !ours;
    boolean allowed = again ? ours : factory || passwordHolds(exchange);
    if (!allowed) {
      challenge(exchange);
      return;
    }
    byte[] request;
    try {
      request = Base64.getMimeDecoder().decode(body);
      requests.add(request);
      if (again) {
        requireSameNames(request, client);
      }
    } catch (IllegalArgumentException e) {
      text(exchange, 400, String.valueOf(e.getMessage()));
      return;
    }
    if (pending.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      exchange.getResponseHeaders().set("Retry-After", options.retryAfter);
      text(exchange, 202, "an operator will look at it");
      return;
    }
    issue(exchange, request);
  }

  private void issue(HttpExchange exchange, byte[] request) throws IOException {
    Instant now = Instant.now();
    CsrSigner signer = new CsrSigner(issuing).valid(now.minusSeconds(60), now.plus(options.life));
    switch (fault) {
      case WRONG_KEY -> signer.certifying(KeyKind.EC_P256.generate().getPublic());
      case EXPIRED -> signer.valid(now.minusSeconds(7200), now.minusSeconds(3600));
      case FOR_SERVERS -> signer.forServers();
      default -> {}
    }
    try {
      X509Certificate certificate = signer.sign(request);
      issued.add(certificate);
      certificates(exchange, fault == EstFault.NO_CERTIFICATE ? List.of() : List.of(certificate));
    } catch (IllegalArgumentException e) {
      text(exchange, 400, String.valueOf(e.getMessage()));
    }
  }

  private boolean misbehaves(HttpExchange exchange) throws IOException {
    switch (fault) {
      case OVERSIZED ->
          answer(
              exchange,
              200,
              "application/pkcs7-mime",
              "QUJD".repeat(300_000).getBytes(StandardCharsets.UTF_8));
      case GARBAGE ->
          answer(
              exchange,
              200,
              "application/pkcs7-mime",
              Base64.getEncoder().encode("no PKCS#7 at all".getBytes(StandardCharsets.UTF_8)));
      case NO_BASE64 ->
          answer(
              exchange,
              200,
              "application/pkcs7-mime",
              "*** not base64 ***".getBytes(StandardCharsets.UTF_8));
      case HTML ->
          answer(exchange, 200, "text/html", "<h1>Welcome</h1>".getBytes(StandardCharsets.UTF_8));
      case REDIRECT_TO_HTTP -> redirect(exchange, "http://localhost:" + port() + BASE + "x");
      case REDIRECT_ELSEWHERE -> redirect(exchange, "https://evil.example" + BASE + "simpleenroll");
      case REDIRECT_IN_A_CIRCLE -> redirect(exchange, exchange.getRequestURI().getPath());
      case REFUSAL -> text(exchange, 400, "no\u001b[2J\r\nmooring: all is well");
      case BUSY -> {
        exchange.getResponseHeaders().set("Retry-After", "120");
        text(exchange, 503, "come back");
      }
      case SILENCE -> {
        try {
          closed.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      default -> {
        if (options.movedOnce && !exchange.getRequestURI().getPath().contains("/moved/")) {
          redirect(exchange, BASE + "moved/simpleenroll");
          return true;
        }
        return false;
      }
    }
    return true;
  }

  private boolean passwordHolds(HttpExchange exchange) {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    HttpLogin login = options.login;
    return login != null
        && authorization != null
        && login.holds(
            authorization, exchange.getRequestMethod(), exchange.getRequestURI().getPath());
  }

  private void challenge(HttpExchange exchange) throws IOException {
    HttpLogin login = options.login;
    if (login != null) {
      login.challenges().forEach(c -> exchange.getResponseHeaders().add("WWW-Authenticate", c));
    }
    // Bouncy Castle's client fails on a 401 that has a body.
    text(exchange, login == null ? 403 : 401, login == null ? "who are you?" : "");
  }

  /** RFC 7030, section 4.2.2. */
  private static void requireSameNames(byte[] request, @Nullable X509Certificate client)
      throws IOException {
    var csr = new JcaPKCS10CertificationRequest(request);
    try {
      var holder = new JcaX509CertificateHolder(Objects.requireNonNull(client));
      Extensions asked = csr.getRequestedExtensions();
      Extension wanted =
          asked == null ? null : asked.getExtension(Extension.subjectAlternativeName);
      if (!csr.getSubject().equals(holder.getSubject())
          || !Objects.equals(wanted, holder.getExtension(Extension.subjectAlternativeName))) {
        throw new IllegalArgumentException("subject or alternative name differ from those in use");
      }
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate from TLS has an encoding", e);
    }
  }

  private X500Principal issuingName() {
    return issuing.certificate().getSubjectX500Principal();
  }

  private static @Nullable X509Certificate clientCertificate(HttpExchange exchange) {
    try {
      Certificate[] chain = ((HttpsExchange) exchange).getSSLSession().getPeerCertificates();
      return (X509Certificate) chain[0];
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  private static void certificates(HttpExchange exchange, List<X509Certificate> certificates)
      throws IOException {
    try {
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      generator.addCertificates(new JcaCertStore(certificates));
      byte[] der = generator.generate(new CMSAbsentContent()).getEncoded();
      // RFC 8951 has clients ignore it; those of RFC 7030 take the body for DER without it.
      exchange.getResponseHeaders().set("Content-Transfer-Encoding", "base64");
      answer(
          exchange,
          200,
          "application/pkcs7-mime; smime-type=certs-only",
          Base64.getMimeEncoder().encode(der));
    } catch (CMSException | CertificateEncodingException e) {
      throw new IllegalStateException("certificates have a PKCS#7", e);
    }
  }

  private static void redirect(HttpExchange exchange, String location) throws IOException {
    exchange.getResponseHeaders().set("Location", location);
    text(exchange, 307, "");
  }

  private static void text(HttpExchange exchange, int status, String text) throws IOException {
    answer(exchange, status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  /** Describes a server; each method returns this. */
  public static final class Builder {
    private @Nullable TestIdentity identity;
    private @Nullable HttpLogin login;
    private List<X509Certificate> factoryRoots = List.of();
    private List<String> csrAttributes = List.of();
    private EstFault fault = EstFault.NONE;
    private String label = "";
    private String retryAfter = "1";
    private String[] protocols = {"TLSv1.3", "TLSv1.2"};
    private Duration life = Duration.ofDays(2);
    private int pendingAnswers;
    private boolean movedOnce;

    private Builder() {}

    /** Presents this in TLS; a fresh one for localhost by default. */
    public Builder identity(TestIdentity wanted) {
      identity = wanted;
      return this;
    }

    /** Takes this password for a first certificate, by HTTP Basic. */
    public Builder basic(String user, String password) {
      login = new HttpLogin(user, password, List.of());
      return this;
    }

    /** Takes this password by HTTP Digest, with each of these algorithms. */
    public Builder digest(String user, String password, String... algorithms) {
      login = new HttpLogin(user, password, List.of(algorithms));
      return this;
    }

    /** Takes certificates below these roots for a first certificate. */
    public Builder factoryRoots(X509Certificate... roots) {
      factoryRoots = List.of(roots);
      return this;
    }

    /** Answers csrattrs with these object identifiers; with 204 by default. */
    public Builder csrAttributes(String... oids) {
      csrAttributes = List.of(oids);
      return this;
    }

    /** Misbehaves from the start. */
    public Builder fault(EstFault wanted) {
      fault = wanted;
      return this;
    }

    /** Serves one label only. */
    public Builder label(String wanted) {
      label = wanted;
      return this;
    }

    /** Puts the first requests off with 202 and this Retry-After. */
    public Builder pending(int answers, String after) {
      pendingAnswers = answers;
      retryAfter = after;
      return this;
    }

    /** Speaks these versions of TLS only. */
    public Builder protocols(String... versions) {
      protocols = versions.clone();
      return this;
    }

    /** Issues certificates that end so long after they were asked for; two days by default. */
    public Builder life(Duration wanted) {
      life = wanted;
      return this;
    }

    /** Redirects simpleenroll once, to another path at the same place. */
    public Builder movedOnce() {
      movedOnce = true;
      return this;
    }

    /** Starts it on a free port of 127.0.0.1. */
    public EstServer start() throws IOException {
      return new EstServer(this);
    }
  }
}
