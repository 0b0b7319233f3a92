package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionInfo;
import io.mooring.HttpProxy;
import io.mooring.SecureMqttClient;
import io.mooring.demo.DemoBroker;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.identity.Secret;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.ConnectProxy;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Through an HTTP proxy: every check as without one, and each of the proxy's faults by its code.
 */
@Timeout(60)
class HttpProxyTest {
  /** A name that only a proxy knows. */
  private static final String NAME = "broker.behind-the-proxy.invalid";

  private static final TestIdentity CA = TestCertificates.ca("CA behind the proxy").create();
  private static final TestIdentity BROKER = CA.server(NAME);

  @Test
  void proxy_opensTheTunnel_nameIsItsToLookUp() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.open();
        ScriptedBroker broker = broker(BROKER);
        SecureMqttClient client = device(proxy.port(), broker.port()).build()) {
      ConnectionInfo info = client.connect();
      assertEquals(NAME, info.endpoint().host());
      assertEquals(
          List.of(
              "CONNECT "
                  + NAME
                  + ":"
                  + broker.port()
                  + " HTTP/1.1\r\nHost: "
                  + NAME
                  + ":"
                  + broker.port()
                  + "\r\n\r\n"),
          proxy.requests());
    }
  }

  @Test
  void proxy_withLogin_isGivenItAndTheBrokerIsNot() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.open();
        ScriptedBroker broker = broker(BROKER);
        SecureMqttClient client =
            device(proxy.port(), broker.port())
                .proxy(
                    HttpProxy.at("localhost", proxy.port())
                        .dangerous()
                        .basicInTheClear("plant", Secret.of(Canaries.PASSWORD.toCharArray())))
                .build()) {
      client.connect();
      String expected =
          Base64.getEncoder()
              .encodeToString(("plant:" + Canaries.PASSWORD).getBytes(StandardCharsets.UTF_8));
      assertTrue(proxy.requests().get(0).contains("Proxy-Authorization: Basic " + expected));
    }
  }

  @Test
  void proxy_scramPlus_isBoundEndToEnd() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.open();
        DemoBroker broker = DemoBroker.builder().device("meter-0042", Canaries.PASSWORD).start();
        SecureMqttClient client =
            Devices.at(broker.port(), broker.identity())
                .authenticate(
                    Scram.sha256(
                        ScramCredential.password(
                            "meter-0042", Secret.of(Canaries.PASSWORD.toCharArray()))))
                .proxy(HttpProxy.at("127.0.0.1", proxy.port()))
                .build()) {
      assertTrue(client.connect().serverProof() != null);
      assertEquals(1, proxy.requests().size());
    }
  }

  @Test
  void proxy_thatShowsAnotherCertificate_isRefusedAsWithoutOne() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.open();
        ScriptedBroker impostor =
            broker(TestCertificates.ca("The proxy's own CA").create().server(NAME));
        SecureMqttClient client = device(proxy.port(), impostor.port()).build()) {
      assertEquals(
          ErrorCode.UNKNOWN_AUTHORITY,
          assertThrows(MooringException.class, client::connect).code());
      assertTrue(impostor.received().isEmpty());
    }
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(
            ErrorCode.PROXY_AUTHENTICATION,
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM\r\n\r\n<html>",
            "NTLM"),
        Arguments.of(ErrorCode.PROXY_REFUSED, "HTTP/1.1 403 Forbidden\r\n\r\n", "403 Forbidden"),
        Arguments.of(
            ErrorCode.PROXY_CANNOT_REACH_BROKER, "HTTP/1.1 502 Bad Gateway\r\n\r\n", "502"),
        Arguments.of(ErrorCode.NOT_A_PROXY, "220 mail.plant.example ESMTP\r\n", "220 mail"),
        Arguments.of(
            ErrorCode.NOT_A_PROXY, "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(4000), "16384"),
        Arguments.of(ErrorCode.NOT_A_PROXY, "HTTP/1.1 200 OK\r\n\r\n<html>", "data of its own"),
        Arguments.of(ErrorCode.PROXY_HUNG_UP, "", "without an answer"),
        Arguments.of(ErrorCode.PROXY_HUNG_UP, "HTTP/1.1 200 OK\r\n", "in the middle"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("faults")
  void proxy_fault_hasItsCodeAndEvidence(ErrorCode code, String answer, String evidence)
      throws Exception {
    try (ConnectProxy proxy = ConnectProxy.answering(answer);
        SecureMqttClient client = device(proxy.port(), 8883).build()) {
      MooringException fault = assertThrows(MooringException.class, client::connect);
      assertEquals(code, fault.code(), fault::toString);
      assertTrue(fault.getMessage().contains(evidence), fault::getMessage);
      assertTrue(fault.getMessage().contains("localhost:" + proxy.port()), fault::getMessage);
    }
  }

  @Test
  void proxy_silent_endsByTheDeadline() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.waitingAfter("HTTP/1.1 200 ");
        SecureMqttClient client =
            device(proxy.port(), 8883).connectTimeout(Duration.ofMillis(300)).build()) {
      assertEquals(
          ErrorCode.PROXY_TIMED_OUT, assertThrows(MooringException.class, client::connect).code());
    }
  }

  @Test
  void proxy_dead_isToldApartFromADeadBroker() throws Exception {
    try (SecureMqttClient client = device(freePort(), 8883).build()) {
      MooringException fault = assertThrows(MooringException.class, client::connect);
      assertEquals(ErrorCode.PROXY_UNREACHABLE, fault.code());
      assertFalse(fault.getMessage().contains(NAME), fault::getMessage);
    }
  }

  @Test
  void client_closedWhileTheProxyWaits_leavesNoSocket() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.waitingAfter("")) {
      SecureMqttClient client = device(proxy.port(), 8883).build();
      var attempt = client.connectAsync();
      org.awaitility.Awaitility.await().until(() -> proxy.requests().size() == 1);
      client.close();
      assertTrue(attempt.toCompletableFuture().isCompletedExceptionally());
      assertTrue(proxy.awaitClosed());
    }
  }

  private static ScriptedBroker broker(TestIdentity identity) throws IOException {
    return ScriptedBroker.builder()
        .identity(identity)
        .onEveryConnection(Script.accepting())
        .start();
  }

  private static ClientBuilder device(int proxyPort, int port) {
    return Devices.at(port, BROKER)
        .broker("mqtts://" + NAME + ":" + port)
        .dangerous()
        .anonymous()
        .proxy(HttpProxy.at("localhost", proxyPort));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
