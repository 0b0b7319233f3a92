package io.mooring.enrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.enrol.EnrolmentException.Reason;
import io.mooring.testkit.CertificateBuilder;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class IssuedCertificateTest {
  private final Clock clock = Clock.systemUTC();
  private final TestIdentity root = TestCertificates.ca("Root").create();
  private final TestIdentity first = root.issuesCa("First").create();
  private final TestIdentity second = first.issuesCa("Second").create();
  private final KeyPair pair = KeyKind.EC_P256.generate();
  private final PublicKey key = pair.getPublic();
  private final X509Certificate leaf = of(second.issues("meter").clientAuth());

  @Test
  void chain_isPutInOrder_withoutTheRoot_andSaysSo() {
    IssuedCertificate issued =
        judge(List.of(root.certificate(), first.certificate(), leaf, second.certificate()));
    assertEquals(List.of(leaf, second.certificate(), first.certificate()), issued.chain());
    assertEquals(1, issued.warnings().size());
    assertTrue(issued.warnings().get(0).contains("out of order"));
  }

  @Test
  void chain_inOrder_isTakenWithoutAWord() {
    IssuedCertificate issued =
        judge(
            List.of(leaf, second.certificate(), first.certificate(), root.certificate()),
            root.certificate());
    assertEquals(List.of(), issued.warnings());
  }

  @Test
  void chain_isCompletedFromTheAuthorities() {
    IssuedCertificate issued =
        judge(List.of(leaf), root.certificate(), second.certificate(), first.certificate());
    assertEquals(List.of(leaf, second.certificate(), first.certificate()), issued.chain());
    assertEquals(List.of(), issued.warnings());
  }

  @Test
  void chain_thatEndsAtAnAuthorityThatIsNoRoot_isComplete() {
    IssuedCertificate issued = judge(List.of(leaf), second.certificate());
    assertEquals(List.of(leaf, second.certificate()), issued.chain());
  }

  @Test
  void chain_withAGap_isRefused_andNamesWhatIsMissing() {
    var refused =
        assertThrows(
            EnrolmentException.class,
            () -> judge(List.of(leaf, first.certificate(), root.certificate())));
    assertEquals(Reason.INCOMPLETE_CHAIN, refused.reason());
    assertTrue(refused.getMessage().contains("CN=Second"), refused::getMessage);
    assertEquals(Reason.INCOMPLETE_CHAIN, reason(List.of(leaf), root.certificate()));
  }

  @Test
  void leafAlone_withoutKnownAuthorities_passesWithAWarning() {
    IssuedCertificate issued = judge(List.of(leaf));
    assertEquals(List.of(leaf), issued.chain());
    assertTrue(issued.warnings().get(0).contains("CN=Second"));
  }

  @Test
  void chain_toAnotherAuthorityOfTheSameName_isRefused() {
    TestIdentity impostor = TestCertificates.ca("Second").create();
    assertEquals(Reason.INCOMPLETE_CHAIN, reason(List.of(leaf), impostor.certificate()));
  }

  @Test
  void issuerThatIsNoAuthority_doesNotCount() {
    TestIdentity upstart = second.client("upstart");
    X509Certificate forged = of(upstart.issues("meter").clientAuth());
    assertEquals(
        Reason.INCOMPLETE_CHAIN,
        reason(List.of(forged, upstart.certificate(), second.certificate()), root.certificate()));
  }

  @Test
  void certificateOfAnotherKey_isRefused_andListsBothPins() {
    TestIdentity other = second.client("other");
    var refused = assertThrows(EnrolmentException.class, () -> judge(List.of(other.certificate())));
    assertEquals(Reason.WRONG_KEY, refused.reason());
    assertTrue(refused.getMessage().contains(other.spkiPin()), refused::getMessage);
  }

  @Test
  void dates_areChecked_onTheWholeChain() {
    assertEquals(Reason.NOT_VALID, reason(List.of(of(root.issues("m").clientAuth().expired()))));
    assertEquals(
        Reason.NOT_VALID, reason(List.of(of(root.issues("m").clientAuth().notYetValid()))));
    TestIdentity old = root.issuesCa("Old").expired().create();
    assertEquals(
        Reason.NOT_VALID,
        reason(List.of(of(old.issues("m").clientAuth()), old.certificate(), root.certificate())));
  }

  @Test
  void authoritysClock_mayBeAheadByMinutes() {
    Instant now = Instant.now();
    X509Certificate fresh =
        of(root.issues("m").clientAuth().valid(now.plusSeconds(120), now.plus(Duration.ofDays(1))));
    assertEquals(fresh, judge(List.of(fresh, root.certificate())).certificate());
  }

  @Test
  void timeThatIsOnlyALowerBound_refusesWhatHasEnded_andWarnsOfWhatHasNotBegun() {
    Instant lastMonth = Instant.now().minus(Duration.ofDays(30));
    List<X509Certificate> answer = List.of(leaf, second.certificate(), first.certificate());
    List<X509Certificate> roots = List.of(root.certificate());
    IssuedCertificate issued = IssuedCertificate.judge(key, answer, roots, lastMonth, false);
    assertEquals(answer, issued.chain());
    assertEquals(4, issued.warnings().size(), "three and the root: " + issued.warnings());
    assertTrue(issued.warnings().get(0).contains("set the clock"), issued.warnings()::toString);
    assertEquals(
        Reason.NOT_VALID,
        assertThrows(
                EnrolmentException.class,
                () -> IssuedCertificate.judge(key, answer, roots, lastMonth, true))
            .reason());
    Instant afterwards = leaf.getNotAfter().toInstant().plusSeconds(1);
    assertEquals(
        Reason.NOT_VALID,
        assertThrows(
                EnrolmentException.class,
                () -> IssuedCertificate.judge(key, answer, roots, afterwards, false))
            .reason());
  }

  @Test
  void usage_isThatOfATlsClient() {
    assertEquals(Reason.WRONG_USAGE, reason(List.of(of(root.issues("m").serverAuth()))));
    assertEquals(Reason.WRONG_USAGE, reason(List.of(of(root.issuesCa("m")))));
    X509Certificate open = of(root.issues("m"));
    assertEquals(open, judge(List.of(open, root.certificate())).certificate(), "no EKU at all");
  }

  @Test
  void selfSignedCertificate_isRefused() {
    X509Certificate self =
        TestCertificates.selfSigned("m")
            .key(KeyKind.EC_P256, pair)
            .clientAuth()
            .create()
            .certificate();
    assertEquals(Reason.INCOMPLETE_CHAIN, reason(List.of(self)));
  }

  @Test
  void ofTwoCertificatesForTheKey_theLaterCounts() {
    Instant now = Instant.now();
    X509Certificate later =
        of(
            second
                .issues("meter")
                .clientAuth()
                .valid(now.minusSeconds(60), now.plus(Duration.ofDays(9))));
    assertEquals(
        later,
        judge(List.of(leaf, later, second.certificate(), first.certificate(), root.certificate()))
            .certificate());
  }

  @Test
  void linkFromTheOldRootToTheNew_isNotPresented() {
    TestIdentity next = TestCertificates.ca("Root").create();
    // NewWithOld: the new root's key and name, signed by the old root's key (RFC 4210, 4.4).
    X509Certificate link =
        root.issuesCa("Root").key(KeyKind.EC_P256, next.keyPair()).create().certificate();
    X509Certificate certificate = of(next.issues("m").clientAuth());
    IssuedCertificate issued =
        judge(List.of(certificate), link, root.certificate(), next.certificate());
    assertEquals(List.of(certificate), issued.chain());
  }

  private X509Certificate of(CertificateBuilder builder) {
    return builder.key(KeyKind.EC_P256, pair).create().certificate();
  }

  private IssuedCertificate judge(List<X509Certificate> answer, X509Certificate... authorities) {
    return IssuedCertificate.judge(key, answer, List.of(authorities), clock);
  }

  private Reason reason(List<X509Certificate> answer, X509Certificate... authorities) {
    return assertThrows(EnrolmentException.class, () -> judge(answer, authorities)).reason();
  }
}
