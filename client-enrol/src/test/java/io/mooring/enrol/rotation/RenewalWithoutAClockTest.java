package io.mooring.enrol.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.enrol.Enrolment;
import io.mooring.enrol.EnrolmentException;
import io.mooring.enrol.EstClient;
import io.mooring.enrol.EstEndpoint;
import io.mooring.enrol.EstLogin;
import io.mooring.enrol.IdentityStore;
import io.mooring.enrol.KeystoreFileStore;
import io.mooring.enrol.RequestedNames;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.EstFault;
import io.mooring.testkit.EstServer;
import io.mooring.testkit.FakeClock;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.ClockFloor;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A board that wakes in 1970 and knows a day of last month. */
@Timeout(120)
class RenewalWithoutAClockTest {
  private static final Instant NOW = Instant.now();
  private static final Duration MONTH = Duration.ofDays(30);

  @TempDir private Path folder;

  private final Secret password = Secret.of(Canaries.STOREPASS.toCharArray());
  private final FakeClock clock = FakeClock.at(Instant.EPOCH);
  private final ClockFloor lastMonth = floor(NOW.minus(MONTH));
  private Path file;

  @BeforeEach
  void makeKeystore() {
    file = folder.resolve("device.p12");
    try (DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, password)) {
      keystore.save();
    }
  }

  @Test
  void clockBelowTheFloor_takesWhatTheAuthorityHasJustIssued() throws Exception {
    try (EstServer server = est();
        ScriptedBroker broker = broker(server);
        IdentityStore store = enrolled(server);
        CertificateRenewal renewal = renewal(server, store, lastMonth);
        SecureMqttClient device = device(broker, renewal)) {
      device.connect();
      renewal.start(device);
      X509Certificate second = renewal.renewNow().toCompletableFuture().get(60, TimeUnit.SECONDS);
      assertEquals(server.issued().get(1), second);
      assertEquals(second, store.identity().orElseThrow().certificateChain().get(0));
    }
  }

  @Test
  void certificateThatEndedBeforeTheFloor_isRefused_whateverTheClockSays() throws Exception {
    try (EstServer server = est();
        ScriptedBroker broker = broker(server);
        IdentityStore store = enrolled(server);
        CertificateRenewal renewal = renewal(server, store, floor(NOW));
        SecureMqttClient device = device(broker, renewal)) {
      device.connect();
      renewal.start(device);
      server.fault(EstFault.EXPIRED);
      ExecutionException refused =
          assertThrows(
              ExecutionException.class,
              () -> renewal.renewNow().toCompletableFuture().get(60, TimeUnit.SECONDS));
      EnrolmentException cause = assertInstanceOf(EnrolmentException.class, refused.getCause());
      assertEquals(EnrolmentException.Reason.NOT_VALID, cause.reason(), cause::getMessage);
      assertTrue(cause.getMessage().contains("expired"), cause::getMessage);
    }
  }

  private CertificateRenewal renewal(EstServer server, IdentityStore store, ClockFloor floor) {
    return CertificateRenewal.builder(store, client(server).clock(clock), folder.resolve("renewal"))
        .clock(clock)
        .clockFloor(floor)
        .build();
  }

  private static SecureMqttClient device(ScriptedBroker broker, CertificateRenewal renewal) {
    return SecureMqttClient.builder()
        .broker(broker.uri())
        .clientId("meter-0042")
        .reconnect(Reconnect.none())
        .connectTimeout(Duration.ofSeconds(20))
        .tls(TlsPolicy.trusting(List.of(broker.identity().root())))
        .identity(renewal.identity())
        .build();
  }

  private IdentityStore enrolled(EstServer server) {
    IdentityStore store = KeystoreFileStore.open(file, password);
    Enrolment.in(store)
        .enrol(
            client(server),
            EstLogin.password("meter", Secret.of("once".toCharArray())),
            RequestedNames.subject("CN=meter-0042"),
            null,
            Enrolment.Trial.NONE);
    return store;
  }

  /** Its own certificate is old enough for a device that knows last month. */
  private static EstServer est() throws Exception {
    Instant from = NOW.minus(MONTH.multipliedBy(2));
    Instant until = NOW.plus(MONTH);
    TestIdentity ca = TestCertificates.ca("EST TLS CA").valid(from, until).create();
    return EstServer.builder()
        .basic("meter", "once")
        .identity(ca.issues("localhost").dns("localhost").serverAuth().valid(from, until).create())
        .start();
  }

  private static ScriptedBroker broker(EstServer server) throws Exception {
    return ScriptedBroker.builder()
        .requireClientCertificate(server.authority().root())
        .onEveryConnection(Script.accepting())
        .start();
  }

  private static EstClient client(EstServer server) {
    return EstClient.of(
        EstEndpoint.parse(server.url()), TlsPolicy.trusting(List.of(server.identity().root())));
  }

  private static ClockFloor floor(Instant stored) {
    return new ClockFloor() {
      @Override
      public Instant floor() {
        return stored;
      }

      @Override
      public void observed(Instant now) {}
    };
  }
}
