package io.mooring.enrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.enrol.EnrolmentException.Reason;
import io.mooring.error.CertificatePathException;
import io.mooring.error.HostNameException;
import io.mooring.error.MooringException;
import io.mooring.error.NetworkException;
import io.mooring.error.PinMismatchException;
import io.mooring.error.TimeoutException;
import io.mooring.identity.Secret;
import io.mooring.testkit.EstFault;
import io.mooring.testkit.EstServer;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that are not the right one, or do not do the right thing. */
@Timeout(60)
class EstAdversaryTest {
  private final RequestedNames names = RequestedNames.subject("CN=meter-0042");
  private final SoftKey key = SoftKey.p256();

  @ParameterizedTest
  @CsvSource({
    "WRONG_KEY, WRONG_KEY",
    "EXPIRED, NOT_VALID",
    "FOR_SERVERS, WRONG_USAGE",
    "OVERSIZED, PROTOCOL",
    "GARBAGE, PROTOCOL",
    "NO_BASE64, PROTOCOL",
    "NO_CERTIFICATE, PROTOCOL",
    "HTML, PROTOCOL",
    "REDIRECT_TO_HTTP, REDIRECTED",
    "REDIRECT_ELSEWHERE, REDIRECTED",
    "REDIRECT_IN_A_CIRCLE, REDIRECTED",
    "REFUSAL, REFUSED",
    "BUSY, UNAVAILABLE",
    "GAP_IN_CACERTS, INCOMPLETE_CHAIN"
  })
  void server_misbehaves_isTold(EstFault fault, Reason reason) throws Exception {
    try (EstServer server =
        EstServer.builder().basic("meter", EstClientTest.PASSWORD).fault(fault).start()) {
      EnrolmentException refused = refusal(server, EstClientTest.login("meter"));
      assertEquals(reason, refused.reason(), refused::getMessage);
      assertEquals(reason == Reason.UNAVAILABLE, refused.retryable());
      assertFalse(
          refused.getMessage().codePoints().anyMatch(Character::isISOControl), refused::getMessage);
    }
  }

  @Test
  void refusal_carriesStatusAndTheServersWords() throws Exception {
    try (EstServer server =
        EstServer.builder().basic("m", EstClientTest.PASSWORD).fault(EstFault.REFUSAL).start()) {
      EnrolmentException refused = refusal(server, EstClientTest.login("m"));
      assertEquals(400, refused.httpStatus().orElseThrow());
      assertTrue(refused.getMessage().contains("\"no?[2J  mooring: all is well\""));
      server.fault(EstFault.BUSY);
      EnrolmentException busy = refusal(server, EstClientTest.login("m"));
      assertEquals(Optional.of(Duration.ofMinutes(2)), busy.retryAfter());
    }
  }

  @Test
  void wrongPassword_isTriedOnce_andNamesNoSecret() throws Exception {
    try (EstServer server = EstServer.builder().basic("meter", "right").start()) {
      EnrolmentException refused =
          refusal(server, EstLogin.password("meter", Secret.of("hunter2".toCharArray())));
      assertEquals(Reason.REFUSED, refused.reason());
      assertEquals(401, refused.httpStatus().orElseThrow());
      assertFalse(refused.toString().contains("hunter2"));
      long tries = server.operations().stream().filter("simpleenroll"::equals).count();
      assertEquals(2, tries, "one without, one with the password");
    }
  }

  @Test
  void noPassword_whereOneIsWanted_saysSo() throws Exception {
    try (EstServer server = EstServer.builder().basic("meter", "right").start()) {
      EnrolmentException refused = refusal(server, EstLogin.none());
      assertTrue(refused.getMessage().contains("give a password"), refused::getMessage);
    }
  }

  @Test
  void reenrol_withACertificateOfAnotherAuthority_isRefused() throws Exception {
    SoftKey stranger = SoftKey.of(TestCertificates.ca("Other").create().client("meter-0042"));
    try (EstServer server = EstServer.builder().start()) {
      assertThrows(
          MooringException.class, () -> EstClientTest.client(server).reenrol(stranger, key));
      assertTrue(server.issued().isEmpty());
    }
  }

  @Test
  void serverOfAnotherAuthority_isRefused_beforeHttp() throws Exception {
    try (EstServer server = EstServer.builder().basic("m", "x").start()) {
      TlsPolicy other =
          TlsPolicy.trusting(List.of(TestCertificates.ca("Other").create().certificate()));
      requireUnheard(CertificatePathException.class, server, other);
    }
  }

  @Test
  void serverOfAnotherName_isRefused_beforeHttp() throws Exception {
    TestIdentity elsewhere =
        TestCertificates.ca("CA").create().issues("est").dns("est.example").serverAuth().create();
    try (EstServer server = EstServer.builder().identity(elsewhere).basic("m", "x").start()) {
      requireUnheard(HostNameException.class, server, EstClientTest.trust(server));
    }
  }

  @Test
  void serverWithoutThePinnedKey_isRefused_beforeHttp() throws Exception {
    try (EstServer server = EstServer.builder().basic("m", "x").start()) {
      PinSet wrong =
          PinSet.of(List.of(SpkiPin.of(key.publicKey()), SpkiPin.of(SoftKey.p256().publicKey())));
      requireUnheard(PinMismatchException.class, server, EstClientTest.trust(server).pinned(wrong));
    }
  }

  @Test
  void serverThatIsSilent_endsAtTheDeadline() throws Exception {
    try (EstServer server = EstServer.builder().basic("m", "x").fault(EstFault.SILENCE).start()) {
      EstClient client = EstClientTest.client(server).timeout(Duration.ofSeconds(2));
      long start = System.nanoTime();
      var late =
          assertThrows(TimeoutException.class, () -> client.enrol(EstLogin.none(), key, names));
      assertTrue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) < 10_000);
      assertTrue(late.getMessage().contains("the answer did not come"), late::getMessage);
    }
  }

  @Test
  void serverThatAcceptsAndSaysNothing_endsAtTheDeadline() throws Exception {
    try (var listener =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      var late = assertThrows(TimeoutException.class, () -> plain(listener).caCertificates());
      assertTrue(late.getMessage().contains("TLS did not finish"), late::getMessage);
    }
  }

  @Test
  void nobodyListens_isANetworkError() throws Exception {
    EstClient client;
    try (var listener =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      client = plain(listener);
    }
    assertThrows(NetworkException.class, client::caCertificates);
  }

  @Test
  void serverThatHangsUp_isANetworkError() throws Exception {
    try (var listener =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      CompletableFuture<Void> hangUp =
          CompletableFuture.runAsync(
              () -> {
                try (var socket = listener.accept()) {
                  socket.getInputStream().read();
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      assertThrows(NetworkException.class, () -> plain(listener).caCertificates());
      hangUp.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void interrupt_endsTheCall_andStays() throws Exception {
    try (EstServer server = EstServer.builder().basic("m", "x").fault(EstFault.SILENCE).start()) {
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  EstClientTest.client(server).enrol(EstLogin.none(), key, names);
                  interrupted.complete(false);
                } catch (TimeoutException e) {
                  interrupted.complete(Thread.currentThread().isInterrupted());
                } catch (MooringException e) {
                  interrupted.completeExceptionally(e);
                }
              });
      caller.start();
      while (!server.operations().contains("simpleenroll")) {
        Thread.onSpinWait();
      }
      caller.interrupt();
      assertTrue(interrupted.get(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void answerBeyondTheLimit_isNamed() throws Exception {
    try (EstServer server = EstServer.builder().start()) {
      EstClient small = EstClientTest.client(server).maximumResponse(1024);
      var refused = assertThrows(EnrolmentException.class, small::caCertificates);
      assertTrue(refused.getMessage().contains("1024 bytes"), refused::getMessage);
    }
  }

  private EnrolmentException refusal(EstServer server, EstLogin login) {
    return assertThrows(
        EnrolmentException.class, () -> EstClientTest.client(server).enrol(login, key, names));
  }

  private void requireUnheard(
      Class<? extends MooringException> expected, EstServer server, TlsPolicy policy) {
    EstClient client = EstClient.of(EstEndpoint.parse(server.url()), policy);
    assertThrows(expected, () -> client.enrol(EstClientTest.login("m"), key, names));
    assertTrue(server.operations().isEmpty(), "no HTTP came");
  }

  private static EstClient plain(ServerSocket listener) {
    return EstClient.of(
            new EstEndpoint("localhost", listener.getLocalPort(), ""),
            TlsPolicy.trusting(List.of(TestCertificates.ca("CA").create().certificate())))
        .timeout(Duration.ofSeconds(2));
  }
}
