package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.CertificatePathException;
import io.mooring.error.CertificatePathException.Reason;
import io.mooring.error.HostNameException;
import io.mooring.error.PinMismatchException;
import io.mooring.error.ServerIdentityException;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.ClockFloor;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way a broker's certificate can be wrong, over a real handshake with a JDK server. */
class ServerIdentityTest {
  private static final TestIdentity CA = TestCertificates.ca("Test CA").create();
  private static final TestIdentity BROKER = CA.server("localhost");
  private static final TestIdentity STRANGER = TestCertificates.ca("Stranger CA").create();
  private static final TlsPolicy POLICY = TlsPolicy.trusting(List.of(CA.certificate()));
  private static final SpkiPin BACKUP =
      SpkiPin.of(TestCertificates.ca("Backup").create().certificate());
  private static final byte ALERT = 21;

  @Test
  void tls_unknownAuthority_isRefused() {
    CertificatePathException e =
        refuse(CertificatePathException.class, POLICY, STRANGER.server("localhost"));
    assertEquals(Reason.UNKNOWN_AUTHORITY, e.reason());
    assertSays(e, "No path leads from the certificate of localhost", "CN=Stranger CA");
    assertFalse(e.retryable());
  }

  @Test
  void tls_systemRoots_doNotKnowTheTestAuthority() {
    CertificatePathException e =
        refuse(CertificatePathException.class, TlsPolicy.systemRoots(), BROKER);
    assertEquals(Reason.UNKNOWN_AUTHORITY, e.reason());
  }

  @Test
  void tls_selfSigned_isRefusedWithBothWaysOut() {
    TestIdentity broker = TestCertificates.selfSigned("box").dns("localhost").serverAuth().create();
    CertificatePathException e = refuse(CertificatePathException.class, POLICY, broker);
    assertSays(e, "self-signed", "TlsPolicy.pinOnly");
  }

  @Test
  void tls_selfSignedThatIsTrustedItself_isAccepted() {
    TestIdentity broker = TestCertificates.selfSigned("box").dns("localhost").serverAuth().create();
    VerifiedServer server =
        accept(TlsPolicy.trusting(List.of(CA.certificate(), broker.certificate())), broker);
    assertEquals(List.of("CN=box"), server.path());
  }

  @Test
  void tls_trustedLeafThatIsNoAuthority_cannotVouchForAnother() {
    TestIdentity leaf = TestCertificates.selfSigned("leaf").dns("localhost").create();
    TestIdentity forged = leaf.issues("forged").dns("localhost").serverAuth().create();
    CertificatePathException e =
        refuse(
            CertificatePathException.class,
            TlsPolicy.trusting(List.of(leaf.certificate())),
            forged);
    assertEquals(Reason.UNKNOWN_AUTHORITY, e.reason());
  }

  @Test
  void tls_expired_isRefused() {
    TestIdentity broker = CA.issues("broker").dns("localhost").serverAuth().expired().create();
    CertificatePathException e = refuse(CertificatePathException.class, POLICY, broker);
    assertEquals(Reason.EXPIRED, e.reason());
    assertSays(e, "Certificate of localhost expired on", "this device's clock says");
  }

  @Test
  void tls_trustedSelfSignedThatExpired_isRefused() {
    TestIdentity broker = TestCertificates.selfSigned("box").dns("localhost").expired().create();
    CertificatePathException e =
        refuse(
            CertificatePathException.class,
            TlsPolicy.trusting(List.of(broker.certificate())),
            broker);
    assertEquals(Reason.EXPIRED, e.reason());
  }

  @Test
  void tls_expiredIntermediate_isNamed() {
    TestIdentity middle = CA.issuesCa("Middle CA").expired().create();
    CertificatePathException e =
        refuse(CertificatePathException.class, POLICY, middle.server("localhost"));
    assertEquals(Reason.EXPIRED, e.reason());
    assertSays(e, "CN=Middle CA");
  }

  @Test
  void tls_notYetValid_withAPlausibleClock_doubtsTheCertificate() {
    TestIdentity broker = CA.issues("broker").dns("localhost").serverAuth().notYetValid().create();
    Clock clock = Clock.fixed(later(BuildDate.instant(), Instant.now()), ZoneOffset.UTC);
    CertificatePathException e =
        refuse(CertificatePathException.class, POLICY, "localhost", broker, broker.chain(), clock);
    assertEquals(Reason.NOT_YET_VALID, e.reason());
    assertSays(e, "is not valid before", "Check the clock");
    assertFalse(e.retryable());
  }

  @Test
  void tls_notYetValid_onABoardWithoutAClock_saysSetTheClock() {
    CertificatePathException e =
        refuse(
            CertificatePathException.class,
            POLICY,
            "localhost",
            BROKER,
            BROKER.chain(),
            Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    assertEquals(Reason.CLOCK_NOT_SET, e.reason());
    assertSays(
        e,
        "Certificate of localhost is not valid before ",
        "; this device's clock says 1970-01-01. Set the clock (NTP or an RTC), then reconnect.");
    assertTrue(e.retryable(), "NTP may have set the clock by then");
  }

  @Test
  void tls_clockFloor_letsABoardWithoutAClockConnect_butNotTakeAnExpiredCertificate(
      @TempDir Path folder) throws Exception {
    Path file = folder.resolve("floor");
    Files.writeString(file, Instant.now().plus(Duration.ofMinutes(1)) + "\n");
    TlsPolicy policy = POLICY.clockFloor(ClockFloor.in(file));
    Clock epoch = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    pair(policy, "localhost", BROKER, BROKER.chain(), epoch).handshake().client.server();

    TestIdentity expired = CA.issues("old").dns("localhost").serverAuth().expired().create();
    CertificatePathException e =
        refuse(
            CertificatePathException.class, policy, "localhost", expired, expired.chain(), epoch);
    assertEquals(Reason.EXPIRED, e.reason());
  }

  @Test
  void tls_clockFloor_learnsTheTimeOfAnHonestHandshakeOnly() {
    List<Instant> observed = new ArrayList<>();
    TlsPolicy policy =
        POLICY.clockFloor(
            new ClockFloor() {
              @Override
              public Instant floor() {
                return Instant.EPOCH;
              }

              @Override
              public void observed(Instant now) {
                observed.add(now);
              }
            });
    refuse(HostNameException.class, policy, "other.example", BROKER, BROKER.chain());
    assertEquals(List.of(), observed);
    accept(policy, BROKER);
    assertEquals(1, observed.size());
  }

  @Test
  void tls_wrongName_isRefusedWithTheNamesPresented() {
    HostNameException e =
        refuse(HostNameException.class, POLICY, "broker.example", BROKER, BROKER.chain());
    assertEquals("broker.example", e.host());
    assertTrue(e.presented().contains("localhost"), e.presented().toString());
    assertSays(e, "not for broker.example", "localhost");
  }

  @Test
  void tls_commonNameOnly_isRefused() {
    TestIdentity broker = CA.issues("localhost").serverAuth().create();
    HostNameException e = refuse(HostNameException.class, POLICY, broker);
    assertSays(e, "no Subject Alternative Name", "Common Name does not count");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"*.com", "*", "f*.example.com", "foo.*.com", "*.*.com", "*.foo.example.com"})
  void tls_badWildcard_isRefused(String pattern) {
    TestIdentity broker = CA.issues("broker").dns(pattern).serverAuth().create();
    for (String host : List.of("foo.example.com", "example.com")) {
      refuse(HostNameException.class, POLICY, host, broker, broker.chain());
    }
  }

  @Test
  void tls_goodWildcard_isAccepted() {
    TestIdentity broker = CA.issues("broker").dns("*.Example.com").serverAuth().create();
    pair(POLICY, "foo.example.com", broker, broker.chain()).handshake().client.server();
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.7, 192.0.2.7", "2001:db8::7, 2001:db8:0:0:0:0:0:7"})
  void tls_addressInSan_isAccepted_andNothingElseIs(String san, String host) {
    TestIdentity broker = CA.issues("broker").ip(san).serverAuth().create();
    pair(POLICY, host, broker, broker.chain()).handshake().client.server();
    refuse(HostNameException.class, POLICY, "192.0.2.8", broker, broker.chain());
    refuse(HostNameException.class, POLICY, "localhost", broker, broker.chain());
  }

  @Test
  void tls_addressAsDnsName_doesNotCount() {
    TestIdentity broker = CA.issues("broker").dns("192.0.2.7", "*.0.2.7").serverAuth().create();
    refuse(HostNameException.class, POLICY, "192.0.2.7", broker, broker.chain());
  }

  @Test
  void tls_intermediateChain_isAccepted_andItsAbsenceRefused() {
    TestIdentity middle = CA.issuesCa("Middle CA").pathLength(0).create();
    TestIdentity broker = middle.server("localhost");
    assertEquals(
        List.of("CN=localhost", "CN=Middle CA", "CN=Test CA"), accept(POLICY, broker).path());

    CertificatePathException e =
        refuse(
            CertificatePathException.class,
            POLICY,
            "localhost",
            broker,
            List.of(broker.certificate()));
    assertEquals(Reason.UNKNOWN_AUTHORITY, e.reason());
    assertSays(e, "issued by CN=Middle CA", "intermediate");
  }

  @Test
  void tls_pathLengthAndNameConstraints_areHonoured() {
    TestIdentity middle = CA.issuesCa("Short CA").pathLength(0).create();
    TestIdentity below = middle.issuesCa("Too Deep CA").create();
    refuse(CertificatePathException.class, POLICY, below.server("localhost"));

    TestIdentity narrow = CA.issuesCa("Narrow CA").permitDns("plant.example").create();
    refuse(CertificatePathException.class, POLICY, narrow.server("localhost"));
  }

  @Test
  void tls_certificateForClients_isRefused() {
    TestIdentity broker = CA.issues("broker").dns("localhost").clientAuth().create();
    CertificatePathException e = refuse(CertificatePathException.class, POLICY, broker);
    assertEquals(Reason.WRONG_USAGE, e.reason());
    assertSays(e, "lacks serverAuth");
  }

  @Test
  void tls_shortRsaKey_isRefused() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    TestIdentity broker =
        CA.issues("broker")
            .key(KeyKind.RSA_2048, generator.generateKeyPair())
            .dns("localhost")
            .serverAuth()
            .create();
    CertificatePathException e =
        assertThrows(
            CertificatePathException.class,
            () ->
                new PathValidator(POLICY.trust(), "localhost", Instant.now(), Instant.now())
                    .validate(broker.chain()));
    assertEquals(Reason.WEAK_ALGORITHM, e.reason());
    assertSays(e, "1024 bits");
  }

  @Test
  void tls_sha1Signature_isRefused() throws Exception {
    X509Certificate leaf = Sha1Certificate.signedBy(CA, "localhost");
    CertificatePathException e =
        assertThrows(
            CertificatePathException.class,
            () ->
                new PathValidator(POLICY.trust(), "localhost", Instant.now(), Instant.now())
                    .validate(List.of(leaf)));
    assertEquals(Reason.WEAK_ALGORITHM, e.reason());
    assertSays(e, "SHA1");
  }

  @Test
  void tls_pinOnLeafIntermediateOrAnchor_isAccepted() {
    TestIdentity middle = CA.issuesCa("Middle CA").create();
    TestIdentity broker = middle.server("localhost");
    for (X509Certificate pinned : broker.path()) {
      SpkiPin pin = SpkiPin.of(pinned);
      assertEquals(pin, accept(POLICY.pinned(PinSet.of(BACKUP, pin)), broker).matchedPin());
    }
  }

  @Test
  void tls_wrongPin_isRefusedWithBothSidesNamed() {
    SpkiPin other = SpkiPin.of(STRANGER.certificate());
    PinMismatchException e =
        refuse(PinMismatchException.class, POLICY.pinned(PinSet.of(other, BACKUP)), BROKER);
    assertEquals(
        List.of(SpkiPin.of(BROKER.certificate()), SpkiPin.of(CA.certificate())), e.presented());
    assertEquals(List.of(other, BACKUP), e.configured());
    assertSays(
        e,
        "None of 2 pins matched",
        "Presented: " + SpkiPin.of(BROKER.certificate()) + " CN=localhost",
        "Configured: " + other + ", " + BACKUP,
        "otherwise treat this as interception.");
  }

  @Test
  void tls_pinOfAnExtraOffPathCertificate_doesNotCount() {
    List<X509Certificate> chain = new ArrayList<>(BROKER.chain());
    chain.add(STRANGER.certificate());
    PinSet pins = PinSet.of(SpkiPin.of(STRANGER.certificate()), BACKUP);
    PinMismatchException e =
        refuse(PinMismatchException.class, POLICY.pinned(pins), "localhost", BROKER, chain);
    assertFalse(e.presented().contains(SpkiPin.of(STRANGER.certificate())));
  }

  @Test
  void tls_goodPinUnderAnUnknownAuthority_isStillRefused() {
    TestIdentity broker = STRANGER.server("localhost");
    PinSet pins = PinSet.of(SpkiPin.of(broker.certificate()), BACKUP);
    refuse(CertificatePathException.class, POLICY.pinned(pins), broker);
  }

  @Test
  void tls_pinOnly_acceptsASelfSignedBroker_andItsKeyAlone() {
    TestIdentity broker = TestCertificates.selfSigned("box").dns("localhost").serverAuth().create();
    SpkiPin pin = SpkiPin.of(broker.certificate());
    TlsPolicy policy = TlsPolicy.pinOnly(PinSet.of(pin, BACKUP));
    assertEquals(pin, accept(policy, broker).matchedPin());

    refuse(PinMismatchException.class, policy, BROKER);
    List<X509Certificate> dressed = new ArrayList<>(BROKER.chain());
    dressed.add(broker.certificate());
    refuse(PinMismatchException.class, policy, "localhost", BROKER, dressed);
    refuse(HostNameException.class, policy, "other.example", broker, broker.chain());
  }

  @Test
  void tls_pinOnly_refusesAnExpiredCertificate() {
    TestIdentity broker = TestCertificates.selfSigned("box").dns("localhost").expired().create();
    TlsPolicy policy = TlsPolicy.pinOnly(PinSet.of(SpkiPin.of(broker.certificate()), BACKUP));
    assertEquals(Reason.EXPIRED, refuse(CertificatePathException.class, policy, broker).reason());
  }

  @Test
  void tls_pinOnlyWithAnyHostName_takesACertificateWithoutNames() {
    TestIdentity broker = TestCertificates.selfSigned("box").create();
    TlsPolicy policy =
        TlsPolicy.pinOnly(PinSet.of(SpkiPin.of(broker.certificate()), BACKUP))
            .dangerous()
            .anyHostName();
    accept(policy, broker);
    refuse(PinMismatchException.class, policy, BROKER);
  }

  private static <E extends ServerIdentityException> E refuse(
      Class<E> kind, TlsPolicy policy, TestIdentity broker) {
    return refuse(kind, policy, "localhost", broker, broker.chain());
  }

  private static <E extends ServerIdentityException> E refuse(
      Class<E> kind,
      TlsPolicy policy,
      String host,
      TestIdentity broker,
      List<X509Certificate> chain) {
    return refuse(kind, policy, host, broker, chain, Clock.systemUTC());
  }

  private static <E extends ServerIdentityException> E refuse(
      Class<E> kind,
      TlsPolicy policy,
      String host,
      TestIdentity broker,
      List<X509Certificate> chain,
      Clock clock) {
    E first = null;
    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      TlsPair pair = pair(policy, host, broker, chain, clock);
      pair.server.protocols(version);
      E e = assertThrows(kind, pair::handshake);
      assertThrows(IllegalStateException.class, pair.client::server);
      assertThrows(kind, () -> pair.client.write(new byte[1], 0, 1));
      byte[] output = TlsPair.drain(pair.client);
      assertTrue(output.length > 0, "an alert lies in the output");
      if (version.equals("TLSv1.2")) {
        assertEquals(ALERT, output[0], "and nothing but the alert");
      }
      first = first == null ? e : first;
    }
    return assertInstanceOf(kind, first);
  }

  private static VerifiedServer accept(TlsPolicy policy, TestIdentity broker) {
    return pair(policy, "localhost", broker, broker.chain()).handshake().client.server();
  }

  private static TlsPair pair(
      TlsPolicy policy, String host, TestIdentity broker, List<X509Certificate> chain) {
    return pair(policy, host, broker, chain, Clock.systemUTC());
  }

  private static TlsPair pair(
      TlsPolicy policy,
      String host,
      TestIdentity broker,
      List<X509Certificate> chain,
      Clock clock) {
    return new TlsPair(
        TlsPair.machine(policy, host, null, null, clock),
        EngineServer.of(broker, chain, List.of()));
  }

  private static void assertSays(Exception e, String... parts) {
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }
}
