package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.CertificatePathException;
import io.mooring.error.ErrorCode;
import io.mooring.internal.tls.OcspStatement.Answer;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.OcspResponses;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stapled OCSP responses: what is believed, and what a handshake makes of it. */
@Timeout(60)
class OcspStapleTest {
  private static final Instant NOW = Instant.now();
  private static final Duration HOUR = Duration.ofHours(1);
  private static final TestIdentity CA = TestCertificates.ca("Test CA").create();
  private static final TestIdentity OTHER_CA = TestCertificates.ca("Other CA").create();
  private static final TestIdentity BROKER = CA.server("localhost");
  private static final TestIdentity STRICT =
      CA.issues("localhost").dns("localhost").serverAuth().mustStaple().create();

  private static OcspResponses honest() {
    return OcspResponses.of(BROKER, CA);
  }

  static Stream<Arguments> good() {
    TestIdentity rsa = TestCertificates.ca("RSA CA").key(KeyKind.RSA_2048).create();
    return Stream.of(
        Arguments.of("by the issuer, named by its key", honest()),
        Arguments.of("by the issuer, named by its subject", honest().byName()),
        Arguments.of(
            "by a responder that the issuer certified",
            honest().by(CA.issues("OCSP").ocspSigning().create())),
        Arguments.of(
            "by such a responder, named by its subject",
            honest().byName().by(CA.issues("OCSP").ocspSigning().create())),
        Arguments.of("without an end, fresh", honest().valid(NOW.minus(HOUR), null)),
        Arguments.of(
            "a minute ahead of this clock", honest().valid(NOW.plusSeconds(60), NOW.plus(HOUR))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void staple_good_isBelieved(String name, OcspResponses response) {
    OcspStatement statement = statement(response.der());
    assertEquals(Answer.GOOD, statement.answer(), statement::words);
  }

  static Stream<Arguments> worthless() {
    return Stream.of(
        Arguments.of(
            "out of date", honest().valid(NOW.minus(HOUR.multipliedBy(9)), NOW.minus(HOUR)).der()),
        Arguments.of(
            "in the future", honest().valid(NOW.plus(HOUR), NOW.plus(HOUR.multipliedBy(2))).der()),
        Arguments.of("out of date", honest().valid(NOW.minus(Duration.ofDays(8)), null).der()),
        Arguments.of("another certificate", honest().about(CA.server("localhost")).der()),
        Arguments.of("does not know", honest().unknown().der()),
        Arguments.of("error of the responder", OcspResponses.tryLater()),
        Arguments.of("cannot be read", new byte[] {0x30, 3, 1, 2}),
        Arguments.of("cannot be read", new byte[0]),
        Arguments.of("neither the certificate's issuer nor", honest().by(OTHER_CA).der().clone()),
        Arguments.of(
            "not certified for signing OCSP",
            honest().by(CA.issues("OCSP").serverAuth().create()).der()),
        Arguments.of(
            "certified by another authority",
            honest().by(OTHER_CA.issues("OCSP").ocspSigning().create()).der()),
        Arguments.of(
            "not certified by the certificate's issuer",
            honest()
                .by(TestCertificates.ca("Test CA").create().issues("OCSP").ocspSigning().create())
                .der()),
        Arguments.of(
            "outside its dates",
            honest().by(CA.issues("OCSP").ocspSigning().expired().create()).der()),
        Arguments.of("signature algorithm", honest().algorithm("SHA1withECDSA").der()),
        Arguments.of("not that of the certificate's issuer", broken(honest().der())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("worthless")
  void staple_thatProvesNothing_isWorthNothingAndSaysWhy(String why, byte[] der) {
    OcspStatement statement = statement(der);
    assertEquals(Answer.NOTHING, statement.answer(), statement::words);
    if (!why.startsWith("neither")) {
      assertTrue(statement.words().contains(why), statement::words);
    }
  }

  @Test
  void staple_revoked_isBelievedHoweverOld() {
    OcspStatement statement =
        statement(
            honest()
                .revoked(Instant.parse("2026-01-02T03:04:05Z"))
                .valid(NOW.minus(Duration.ofDays(90)), NOW.minus(Duration.ofDays(89)))
                .der());
    assertEquals(Answer.REVOKED, statement.answer());
    assertTrue(statement.words().startsWith("since 2026-01-02T03:04:05Z (CRLReason 1)"));
  }

  @Test
  void staple_everySingleBitFlipped_neverTurnsRevokedIntoGood() {
    byte[] revoked = honest().revoked(NOW.minus(HOUR)).der();
    for (int at = 0; at < revoked.length; at++) {
      byte[] bent = revoked.clone();
      bent[at] ^= 1;
      OcspStatement statement = statement(bent);
      assertTrue(statement.answer() != Answer.GOOD, statement::words);
    }
  }

  @Test
  void mustStaple_isReadFromTheCertificate() {
    assertTrue(StapleRule.promises(STRICT.certificate()));
    assertEquals(false, StapleRule.promises(BROKER.certificate()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_3", "-tls1_2"})
  void handshake_stapledGood_succeedsWhereItIsRequired(String version, @TempDir Path folder)
      throws Exception {
    handshake(folder, BROKER, honest().der(), policy().requireStaple(), version);
    handshake(folder, STRICT, OcspResponses.of(STRICT, CA).der(), policy(), version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_3", "-tls1_2"})
  void handshake_stapledRevoked_isRefused(String version, @TempDir Path folder) {
    byte[] revoked = honest().revoked(NOW.minus(HOUR)).der();
    refused(ErrorCode.CERTIFICATE_REVOKED, folder, BROKER, revoked, policy(), version);
  }

  @Test
  void handshake_noStaple_isRefusedWhereItIsRequired(@TempDir Path folder) throws Exception {
    handshake(folder, BROKER, null, policy(), "-tls1_3");
    refused(ErrorCode.STAPLE_MISSING, folder, BROKER, null, policy().requireStaple(), "-tls1_3");
    refused(ErrorCode.STAPLE_MISSING, folder, STRICT, null, policy(), "-tls1_3");
  }

  @Test
  void handshake_staleStaple_countsAsNone(@TempDir Path folder) throws Exception {
    byte[] stale = honest().valid(NOW.minus(HOUR.multipliedBy(9)), NOW.minus(HOUR)).der();
    handshake(folder, BROKER, stale, policy(), "-tls1_3");
    refused(ErrorCode.STAPLE_NOT_GOOD, folder, BROKER, stale, policy().requireStaple(), "-tls1_3");
  }

  @Test
  void requireStaple_pinOnly_isMisuse() {
    PinSet pins = PinSet.dangerous().single(SpkiPin.parse(BROKER.spkiPin()));
    assertThrows(IllegalStateException.class, TlsPolicy.pinOnly(pins)::requireStaple);
  }

  private static void refused(
      ErrorCode code,
      Path folder,
      TestIdentity broker,
      byte[] staple,
      TlsPolicy policy,
      String version) {
    CertificatePathException refusal =
        assertThrows(
            CertificatePathException.class,
            () -> handshake(folder, broker, staple, policy, version));
    assertEquals(code, refusal.code());
    assertTrue(refusal.getMessage().contains("localhost"), refusal::getMessage);
  }

  private static void handshake(
      Path folder, TestIdentity broker, byte[] staple, TlsPolicy policy, String version)
      throws IOException {
    String[] options = {version};
    if (staple != null) {
      Path file = Files.write(Files.createTempFile(folder, "staple", ".der"), staple);
      options = new String[] {version, "-status_file", file.toString()};
    }
    try (OpensslServer server = OpensslServer.start(folder, broker, null, options)) {
      TlsMachine machine = new TlsMachine(policy, "localhost", 8883, null, null, Clock.systemUTC());
      try (SocketChannel channel = server.handshake(machine)) {
        assertEquals("localhost", machine.server().host());
      }
    }
  }

  private static TlsPolicy policy() {
    return TlsPolicy.trusting(List.of(CA.root()));
  }

  private static OcspStatement statement(byte[] der) {
    return OcspStatement.of(der, BROKER.certificate(), CA.certificate(), NOW);
  }

  /** With another date in it, under the same signature. */
  private static byte[] broken(byte[] der) {
    String hex = java.util.HexFormat.of().formatHex(der);
    int time = hex.indexOf("180f3230"); // GeneralizedTime 20..
    byte[] bent = der.clone();
    bent[time / 2 + 16 - 1] ^= 1; // a digit of its seconds
    return bent;
  }
}
