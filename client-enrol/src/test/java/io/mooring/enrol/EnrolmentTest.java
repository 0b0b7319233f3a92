package io.mooring.enrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.enrol.EnrolmentException.Reason;
import io.mooring.error.NetworkException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import io.mooring.identity.SignatureScheme;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.CsrSigner;
import io.mooring.testkit.EstFault;
import io.mooring.testkit.EstServer;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.TlsPolicy;
import java.io.File;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A life in a keystore file: whatever goes wrong, the identity in use works. */
@Timeout(120)
class EnrolmentTest {
  private static final String STOREPASS = Canaries.STOREPASS;
  private static final RequestedNames NAMES = RequestedNames.subject("CN=meter-0042");

  @TempDir Path folder;

  private final Secret password = Secret.of(STOREPASS.toCharArray());
  private Path file;

  @BeforeEach
  void makeKeystore() {
    file = folder.resolve("device.p12");
    try (DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, password)) {
      keystore.save();
    }
  }

  @Test
  void life_fromNothing_overEnrolment_toRenewals() throws Exception {
    try (EstServer server = server();
        IdentityStore store = open()) {
      Enrolment enrolment = Enrolment.in(store);
      assertTrue(store.identity().isEmpty());
      enrol(enrolment, server);
      X509Certificate first = inUse();
      enrolment.renew(EstClientTest.client(server), null, Enrolment.Trial.NONE);
      X509Certificate second = inUse();
      assertNotEquals(first.getPublicKey(), second.getPublicKey());
      assertEquals(first.getSubjectX500Principal(), second.getSubjectX500Principal());
      enrolment.renew(EstClientTest.client(server), KeyAlgorithm.RSA_3072, Enrolment.Trial.NONE);
      assertTrue(KeyAlgorithm.RSA_3072.isOf(inUse().getPublicKey()));
      assertEquals(3, server.issued().size());
    }
  }

  @Test
  void keyKind_isTheServersWish_unlessTheCallerHasOne() throws Exception {
    try (EstServer server =
            EstServer.builder()
                .basic("meter", EstClientTest.PASSWORD)
                .csrAttributes("1.2.840.113549.1.1.1")
                .start();
        IdentityStore store = open()) {
      enrol(Enrolment.in(store), server);
      assertTrue(KeyAlgorithm.RSA_3072.isOf(inUse().getPublicKey()));
      Enrolment.in(store)
          .renew(EstClientTest.client(server), KeyAlgorithm.EC_P384, Enrolment.Trial.NONE);
      assertTrue(KeyAlgorithm.EC_P384.isOf(inUse().getPublicKey()));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = EstFault.class,
      names = {"WRONG_KEY", "EXPIRED", "GARBAGE", "REFUSAL", "BUSY", "GAP_IN_CACERTS"})
  void renewal_thatFails_leavesTheIdentity_andTheNextOneTakesUpItsKey(EstFault fault)
      throws Exception {
    try (EstServer server = server();
        IdentityStore store = open()) {
      Enrolment enrolment = Enrolment.in(store);
      enrol(enrolment, server);
      X509Certificate before = inUse();
      server.fault(fault);
      assertThrows(
          EnrolmentException.class,
          () -> enrolment.renew(EstClientTest.client(server), null, Enrolment.Trial.NONE));
      assertEquals(before, inUse());
      PublicKey waiting = store.pendingKey().orElseThrow().publicKey();
      server.fault(EstFault.NONE);
      enrolment.renew(EstClientTest.client(server), null, Enrolment.Trial.NONE);
      assertEquals(waiting, inUse().getPublicKey());
      assertTrue(store.pendingKey().isEmpty());
    }
  }

  @Test
  void trial_thatFails_leavesTheIdentity() throws Exception {
    try (EstServer server = server();
        IdentityStore store = open()) {
      Enrolment enrolment = Enrolment.in(store);
      enrol(enrolment, server);
      X509Certificate before = inUse();
      List<X509Certificate> tried = new ArrayList<>();
      assertThrows(
          NetworkException.class,
          () ->
              enrolment.renew(
                  EstClientTest.client(server),
                  null,
                  candidate -> {
                    requireWorks(candidate);
                    tried.add(candidate.certificateChain().get(0));
                    throw new NetworkException("the broker does not take it");
                  }));
      assertEquals(server.issued().get(1), tried.get(0));
      assertEquals(before, inUse());
      assertTrue(store.pendingKey().isPresent());
    }
  }

  @Test
  void renewal_withoutAnIdentity_saysSo() throws Exception {
    try (EstServer server = server();
        IdentityStore store = open()) {
      var refused =
          assertThrows(
              EnrolmentException.class,
              () ->
                  Enrolment.in(store)
                      .renew(EstClientTest.client(server), null, Enrolment.Trial.NONE));
      assertEquals(Reason.NOT_ENROLLED, refused.reason());
      assertTrue(server.operations().isEmpty());
    }
  }

  @Test
  void byHand_keyRequestAndCertificate_andTakingItAgainChangesNothing() {
    TestIdentity authority = TestCertificates.ca("Devices").create();
    try (IdentityStore store = open()) {
      Enrolment enrolment = Enrolment.in(store);
      Enrolment.KeyResult key = enrolment.generateKey(KeyAlgorithm.EC_P256, false);
      assertTrue(key.made());
      assertFalse(enrolment.generateKey(KeyAlgorithm.EC_P256, false).made());
      X509Certificate issued = new CsrSigner(authority).sign(enrolment.request(NAMES).der());
      List<X509Certificate> bundle = List.of(issued, authority.certificate());
      assertTrue(enrolment.take(bundle, List.of(), Enrolment.Trial.NONE).changed());
      assertEquals(issued, inUse());
      assertFalse(enrolment.take(bundle, List.of(), Enrolment.Trial.NONE).changed());
      assertEquals("CN=meter-0042", enrolment.currentNames().orElseThrow().subject());
    }
  }

  @Test
  void certificateForTheKeyInUse_isTaken_whileAnotherKeyWaits() {
    TestIdentity authority = TestCertificates.ca("Devices").create();
    try (IdentityStore store = open()) {
      Enrolment enrolment = Enrolment.in(store);
      enrolment.generateKey(KeyAlgorithm.EC_P256, false);
      byte[] request = enrolment.request(NAMES).der();
      take(enrolment, authority, request);
      enrolment.generateKey(KeyAlgorithm.EC_P256, false);
      X509Certificate again = take(enrolment, authority, request);
      assertEquals(again, inUse());
      assertTrue(store.pendingKey().isPresent());
      X509Certificate stranger = authority.client("stranger").certificate();
      assertEquals(
          Reason.WRONG_KEY,
          assertThrows(
                  EnrolmentException.class,
                  () -> enrolment.take(List.of(stranger), List.of(), Enrolment.Trial.NONE))
              .reason());
      assertEquals(again, inUse());
    }
  }

  @Test
  void request_withoutAKey_saysHowToMakeOne() {
    try (IdentityStore store = open()) {
      var refused =
          assertThrows(EnrolmentException.class, () -> Enrolment.in(store).request(NAMES));
      assertTrue(refused.getMessage().contains("keygen"), refused::getMessage);
      assertThrows(
          EnrolmentException.class,
          () ->
              Enrolment.in(store)
                  .take(
                      List.of(TestCertificates.localhost().certificate()),
                      List.of(),
                      Enrolment.Trial.NONE));
    }
  }

  /** A process renews for ever and is killed at instants that nobody chose. */
  @Test
  void process_killedAtAnyInstantOfARenewal_leavesAnIdentityThatWorks() throws Exception {
    try (EstServer server = server();
        IdentityStore store = open()) {
      enrol(Enrolment.in(store), server);
      Path root = server.identity().writeRoot(folder.resolve("est-ca.pem"));
      for (int round = 0; round < 6; round++) {
        Process child = renewing(server, root);
        try {
          // The first dot comes after one renewal; the kill then lands 0 to 250 ms later.
          assertEquals('.', child.getInputStream().read(), "the child renews");
          child.waitFor(round * 50L, TimeUnit.MILLISECONDS);
        } finally {
          child.destroyForcibly().waitFor();
        }
        try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
          requireWorks(keystore.identity());
        }
      }
    }
    try (EstServer server = server();
        IdentityStore store = open()) {
      assertTrue(store.identity().isPresent());
      enrol(Enrolment.in(store), server);
    }
  }

  /** A program that renews until it is killed. */
  static final class RenewsForEver {
    private RenewsForEver() {}

    /** Renews the keystore file at the server below the root, and prints a dot each time. */
    public static void main(String[] arguments) {
      EstClient est =
          EstClient.of(EstEndpoint.parse(arguments[1]), TlsPolicy.trusting(Path.of(arguments[2])));
      while (true) {
        try (IdentityStore store =
            KeystoreFileStore.open(Path.of(arguments[0]), Secret.of(STOREPASS.toCharArray()))) {
          Enrolment.in(store).renew(est, null, Enrolment.Trial.NONE);
        }
        System.out.print('.');
        System.out.flush();
      }
    }
  }

  private Process renewing(EstServer server, Path root) throws Exception {
    String path =
        System.getProperty("java.class.path")
            + File.pathSeparator
            + System.getProperty("jdk.module.path", "")
            + File.pathSeparator
            + Path.of(EnrolmentTest.class.getResource("EnrolmentTest.class").toURI())
                .resolve("../../../..")
                .normalize();
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            path,
            RenewsForEver.class.getName(),
            file.toString(),
            server.url(),
            root.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static EstServer server() throws Exception {
    return EstServer.builder().basic("meter", EstClientTest.PASSWORD).start();
  }

  private static void enrol(Enrolment enrolment, EstServer server) {
    enrolment.enrol(
        EstClientTest.client(server),
        EstClientTest.login("meter"),
        NAMES,
        null,
        Enrolment.Trial.NONE);
  }

  private static X509Certificate take(Enrolment enrolment, TestIdentity authority, byte[] request) {
    X509Certificate issued = new CsrSigner(authority).sign(request);
    enrolment.take(List.of(issued), List.of(authority.certificate()), Enrolment.Trial.NONE);
    return issued;
  }

  private IdentityStore open() {
    return KeystoreFileStore.open(file, password);
  }

  private X509Certificate inUse() {
    try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
      requireWorks(keystore.identity());
      return keystore.identity().certificateChain().get(0);
    }
  }

  private static void requireWorks(DeviceIdentity identity) {
    byte[] message = {1, 2, 3};
    PublicKey key = identity.certificateChain().get(0).getPublicKey();
    var scheme =
        key.getAlgorithm().equals("RSA")
            ? SignatureScheme.RSA_PKCS1_SHA256
            : identity.signatureSchemes().iterator().next();
    try {
      Signature verifier =
          Signature.getInstance(
              switch (scheme) {
                case RSA_PKCS1_SHA256 -> "SHA256withRSA";
                case ECDSA_SECP384R1_SHA384 -> "SHA384withECDSA";
                default -> "SHA256withECDSA";
              });
      verifier.initVerify(key);
      verifier.update(message);
      assertTrue(verifier.verify(identity.sign(scheme, message)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
