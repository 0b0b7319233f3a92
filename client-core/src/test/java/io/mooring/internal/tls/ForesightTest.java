package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.error.CertificatePathException;
import io.mooring.error.CertificatePathException.Reason;
import io.mooring.error.HostNameException;
import io.mooring.error.PinMismatchException;
import io.mooring.testkit.FakeClock;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is checked ahead counts for the very same chain in the same handshake, and for nothing else.
 * That the check was made ahead is seen by a clock that passes the end of all certificates while
 * the answer is on its way.
 */
class ForesightTest {
  private static final TestIdentity CA = TestCertificates.ca("Test CA").create();
  private static final TlsPolicy POLICY = TlsPolicy.trusting(List.of(CA.certificate()));
  private static final Duration BEYOND = Duration.ofDays(3);
  private static final int PORT = 8883;

  private final TestIdentity broker = CA.server("localhost");
  private final FakeClock clock = FakeClock.atNow();

  @BeforeEach
  void known() {
    present(broker, POLICY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void sameChain_isCheckedWhileTheAnswerIsOnItsWay(String version) {
    TlsPair pair = pair(broker, POLICY);
    pair.server.protocols(version);
    pair.client.start();
    pair.client.foresee();
    clock.advance(BEYOND);
    pair.settle();
    assertEquals(List.of("CN=localhost", "CN=Test CA"), pair.client.server().path());
  }

  @Test
  void withoutForesight_theAnswerIsChecked() {
    TlsPair pair = pair(broker, POLICY);
    pair.client.start();
    assertExpiresMeanwhile(pair);
  }

  @Test
  void anotherChainThanForeseen_isCheckedItself() {
    TlsPair pair = pair(CA.server("localhost"), POLICY);
    pair.client.start();
    pair.client.foresee();
    assertExpiresMeanwhile(pair);
  }

  @Test
  void stranger_isRefused_thoughSomebodyElseWasForeseen() {
    TlsPair pair = pair(TestCertificates.ca("Stranger CA").create().server("localhost"), POLICY);
    assertEquals(
        Reason.UNKNOWN_AUTHORITY,
        assertThrows(CertificatePathException.class, pair::handshake).reason());
  }

  @Test
  void policyThatRefusesTheChain_refusesItAheadToo() {
    SpkiPin other = SpkiPin.of(TestCertificates.ca("Other").create().certificate());
    SpkiPin backup = SpkiPin.of(TestCertificates.ca("Backup").create().certificate());
    assertThrows(
        PinMismatchException.class, () -> present(broker, POLICY.pinned(PinSet.of(other, backup))));
  }

  @Test
  void chainThatHasExpiredSince_isRefusedWhenItIsPresentedAgain() {
    clock.advance(BEYOND);
    assertEquals(
        Reason.EXPIRED,
        assertThrows(CertificatePathException.class, () -> present(broker, POLICY)).reason());
  }

  @Test
  void onlyWhatHeldIsRemembered() {
    String peer = "elsewhere:" + PORT;
    TlsPair pair =
        new TlsPair(
            TlsPair.machine(POLICY, "elsewhere", null, null, clock), EngineServer.of(broker));
    assertThrows(HostNameException.class, pair::handshake);
    assertNull(PresentedChains.SHARED.of(peer));
    assertEquals(broker.chain(), PresentedChains.SHARED.of("localhost:" + PORT));
  }

  @Test
  void severalBrokers_theLeastLatelyUsedIsForgotten() {
    PresentedChains chains = new PresentedChains();
    chains.add("first", broker.chain());
    for (int i = 1; i < PresentedChains.CAPACITY; i++) {
      chains.add("broker-" + i, broker.chain());
    }
    assertEquals(broker.chain(), chains.of("first"));
    chains.add("one more", broker.chain());
    assertNull(chains.of("broker-1"));
    assertEquals(broker.chain(), chains.of("first"));
  }

  private void assertExpiresMeanwhile(TlsPair pair) {
    clock.advance(BEYOND);
    assertEquals(
        Reason.EXPIRED, assertThrows(CertificatePathException.class, pair::settle).reason());
  }

  private void present(TestIdentity server, TlsPolicy policy) {
    assertEquals("localhost", pair(server, policy).handshake().client.server().host());
  }

  private TlsPair pair(TestIdentity server, TlsPolicy policy) {
    return new TlsPair(
        TlsPair.machine(policy, "localhost", null, null, clock), EngineServer.of(server));
  }
}
