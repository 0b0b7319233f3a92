package io.mooring.enrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.HttpProxy;
import io.mooring.error.ErrorCode;
import io.mooring.error.HostNameException;
import io.mooring.error.ProxyException;
import io.mooring.identity.Secret;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.ConnectProxy;
import io.mooring.testkit.EstServer;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.TlsPolicy;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** EST through an HTTP proxy: the same checks end to end, and the proxy learns host and port. */
@Timeout(60)
class EstProxyTest {
  private static final String HOST = "est.plant.invalid";
  private static final String CHALLENGE_PASSWORD = "1.2.840.113549.1.9.7";
  private static final String PASSWORD = Canaries.planted("the EST password", "one-time 81 secret");

  private final RequestedNames names = RequestedNames.subject("CN=meter-0042");
  private final SoftKey key = SoftKey.p256();

  @Test
  void enrolAndReenrol_goThroughTheTunnel_boundToTheServersOwnTls() throws Exception {
    try (EstServer server =
            EstServer.builder()
                .identity(TestCertificates.ca("EST CA").create().server(HOST))
                .basic("meter", PASSWORD)
                .csrAttributes(CHALLENGE_PASSWORD)
                .start();
        ConnectProxy proxy = ConnectProxy.open();
        Secret secret = Secret.of(PASSWORD.toCharArray())) {
      EstClient client = client(server, proxy);
      assertTrue(client.toString().contains("through http://localhost:" + proxy.port()));
      IssuedCertificate first =
          client
              .timeout(java.time.Duration.ofSeconds(50))
              .enrol(EstLogin.password("meter", secret), key, names);
      client.reenrol(key.with(first.chain()), SoftKey.p256());
      assertEquals(2, server.issued().size());
      List<String> asked = proxy.requests();
      assertEquals(server.operations().size(), asked.size(), "one connection went past the proxy");
      for (String request : asked) {
        assertTrue(
            request.startsWith("CONNECT " + HOST + ":" + server.port() + " HTTP/1.1\r\n"), request);
        assertFalse(request.contains("Authorization"), request);
      }
    }
  }

  @Test
  void proxyThatWantsALogin_getsItsOwn_andNeverTheDevices() throws Exception {
    String own = Canaries.planted("the proxy's password", "proxy-42-only");
    try (EstServer server =
            EstServer.builder()
                .identity(TestCertificates.ca("EST CA").create().server(HOST))
                .start();
        ConnectProxy proxy = ConnectProxy.open();
        Secret secret = Secret.of(own.toCharArray())) {
      EstClient client =
          client(server, proxy)
              .proxy(
                  HttpProxy.at("localhost", proxy.port())
                      .dangerous()
                      .basicInTheClear("plant", secret));
      assertEquals(2, client.caCertificates().size());
      String basic =
          Base64.getEncoder()
              .encodeToString(("plant:" + own).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      assertTrue(proxy.requests().get(0).contains("Proxy-Authorization: Basic " + basic));
    }
  }

  @Test
  void proxyThatRefuses_isNamedAndNothingIsSent() throws Exception {
    try (EstServer server = EstServer.builder().start();
        ConnectProxy proxy =
            ConnectProxy.answering("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")) {
      ProxyException refusal =
          assertThrows(ProxyException.class, () -> client(server, proxy).caCertificates());
      assertEquals(ErrorCode.PROXY_AUTHENTICATION, refusal.code());
      assertTrue(server.operations().isEmpty());
    }
  }

  /** A proxy that leads elsewhere is an interception like any other. */
  @Test
  void serverOfAnotherName_behindTheProxy_isRefusedBeforeThePassword() throws Exception {
    TestIdentity ca = TestCertificates.ca("EST CA").create();
    try (EstServer server =
            EstServer.builder()
                .identity(ca.server("other.plant.invalid"))
                .basic("meter", PASSWORD)
                .start();
        ConnectProxy proxy = ConnectProxy.open();
        Secret secret = Secret.of(PASSWORD.toCharArray())) {
      assertThrows(
          HostNameException.class,
          () -> client(server, proxy).enrol(EstLogin.password("meter", secret), key, names));
      assertTrue(server.operations().isEmpty());
    }
  }

  private static EstClient client(EstServer server, ConnectProxy proxy) {
    return EstClient.of(
            EstEndpoint.parse("https://" + HOST + ":" + server.port() + "/.well-known/est"),
            TlsPolicy.trusting(List.of(server.identity().root())))
        .proxy(HttpProxy.at("localhost", proxy.port()));
  }
}
