package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.enrol.Enrolment;
import io.mooring.enrol.EnrolmentException;
import io.mooring.enrol.EstClient;
import io.mooring.enrol.EstEndpoint;
import io.mooring.enrol.EstLogin;
import io.mooring.enrol.IdentityStore;
import io.mooring.enrol.KeystoreFileStore;
import io.mooring.enrol.RequestedNames;
import io.mooring.enrol.rotation.CertificateRenewal;
import io.mooring.enrol.rotation.RenewalEvent;
import io.mooring.error.ClientCertificateRefusedException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import io.mooring.identity.SigningKey;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.PemIdentity;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.EstFault;
import io.mooring.testkit.EstServer;
import io.mooring.testkit.FakeClock;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that renew themselves while the device works. */
@Timeout(120)
class RenewalTest {
  static final String STOREPASS = Canaries.STOREPASS;
  private static final String TOPIC = "plant/7/meter-0042/telemetry";

  @TempDir private Path folder;

  private final Secret password = Secret.of(STOREPASS.toCharArray());
  private final BlockingQueue<RenewalEvent> events = new LinkedBlockingQueue<>();
  private final FakeClock clock = FakeClock.atNow();
  private Path file;

  @BeforeEach
  void makeKeystore() {
    file = folder.resolve("device.p12");
    try (DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, password)) {
      keystore.save();
    }
  }

  @Test
  void underTraffic_byItself_losesNoMessage_andTheOldKeyIsGone() throws Exception {
    try (EstServer server = est();
        MosquittoProcess broker = broker(server);
        IdentityStore store = enrolled(server);
        SecureMqttClient peer = peer(broker, server)) {
      X509Certificate first = leaf(store);
      try (CertificateRenewal renewal =
              CertificateRenewal.builder(store, client(server), folder.resolve("renewal"))
                  .clock(clock)
                  .listener(events::add)
                  .build();
          SecureMqttClient device =
              Devices.at(broker.port(), broker.identity()).identity(renewal.identity()).build()) {
        Inbox inbox = new Inbox();
        peer.connect();
        peer.subscribe(TOPIC, SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE), inbox)
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
        device.connect();
        List<CompletableFuture<PublishReceipt>> receipts = new ArrayList<>();
        clock.advance(Duration.ofHours(36)); // of 48
        renewal.start(device);
        while (events.size() < 2) {
          publish(device, receipts);
        }
        publish(device, receipts);
        assertEquals(first, assertInstanceOf(RenewalEvent.Due.class, next()).inUse());
        RenewalEvent.Renewed renewed = assertInstanceOf(RenewalEvent.Renewed.class, next());
        CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new))
            .get(30, TimeUnit.SECONDS);
        for (int i = 0; i < receipts.size(); i++) {
          assertEquals(Integer.toString(i), inbox.next().message().payloadText());
        }
        assertEquals(0, inbox.size());
        assertEquals(renewed.certificate(), leaf(store));
        assertNotEquals(first.getPublicKey(), leaf(store).getPublicKey());
        assertTrue(store.pendingKey().isEmpty());
        assertEquals(2, server.issued().size());
        device.disconnect().toCompletableFuture().get(20, TimeUnit.SECONDS);
        device.connect(); // with the new one
      }
    }
  }

  @Test
  void brokerThatRefusesTheNewOne_keepsTheOld_andTheNextAttemptTakesUpTheKey() throws Exception {
    try (EstServer server = est();
        MosquittoProcess broker = broker(server);
        IdentityStore store = enrolled(server)) {
      X509Certificate first = leaf(store);
      DeviceIdentity stranger =
          pem(TestCertificates.ca("Somebody Else's CA").create().client("meter-0042"), "stranger");
      try (CertificateRenewal refused = renewal(server, new Swapping(store, stranger), clock);
          CertificateRenewal taken = renewal(server, store, clock);
          SecureMqttClient device =
              Devices.at(broker.port(), broker.identity()).identity(refused.identity()).build()) {
        device.connect();
        refused.start(device);
        ExecutionException failed =
            assertThrows(
                ExecutionException.class,
                () -> refused.renewNow().toCompletableFuture().get(60, TimeUnit.SECONDS));
        assertInstanceOf(ClientCertificateRefusedException.class, failed.getCause());
        assertEquals(first, leaf(store));
        PublicKey waiting = store.pendingKey().orElseThrow().publicKey();
        assertTrue(device.connect().sessionPresent());
        taken.start(device);
        X509Certificate second = taken.renewNow().toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertEquals(waiting, second.getPublicKey());
        assertEquals(second, leaf(store));
      }
    }
  }

  @Test
  void serverThatIsBusy_isAskedAgainWhenItSays_notByARestart() throws Exception {
    try (EstServer server = est();
        MosquittoProcess broker = broker(server);
        IdentityStore store = enrolled(server)) {
      clock.advance(Duration.ofHours(36));
      server.fault(EstFault.BUSY);
      try (SecureMqttClient device =
          Devices.at(broker.port(), broker.identity())
              .identity(store.identity().orElseThrow())
              .build()) {
        device.connect();
        for (int i = 0; i < 3; i++) {
          try (CertificateRenewal renewal = renewal(server, store, clock)) {
            renewal.start(device);
            if (i == 0) {
              assertInstanceOf(RenewalEvent.Due.class, next());
              RenewalEvent.Failed failed = assertInstanceOf(RenewalEvent.Failed.class, next());
              assertInstanceOf(EnrolmentException.class, failed.cause());
              assertTrue(failed.next().isAfter(clock.instant()));
            }
          }
        }
        assertNull(events.poll(500, TimeUnit.MILLISECONDS), "it was asked again");
        server.fault(EstFault.NONE);
        clock.advance(Duration.ofHours(6));
        try (CertificateRenewal renewal = renewal(server, store, clock)) {
          renewal.start(device);
          assertInstanceOf(RenewalEvent.Due.class, next());
          assertInstanceOf(RenewalEvent.Renewed.class, next());
        }
      }
    }
  }

  private CertificateRenewal renewal(EstServer server, IdentityStore store, FakeClock clock) {
    return CertificateRenewal.builder(store, client(server), folder.resolve("renewal"))
        .clock(clock)
        .listener(events::add)
        .build();
  }

  private RenewalEvent next() throws InterruptedException {
    RenewalEvent event = events.poll(60, TimeUnit.SECONDS);
    assertNotNull(event, "no event within 60 s");
    return event;
  }

  private static void publish(
      SecureMqttClient device, List<CompletableFuture<PublishReceipt>> receipts) throws Exception {
    for (int i = 0; i < 20; i++) {
      String number = Integer.toString(receipts.size());
      receipts.add(
          device
              .publish(Message.to(TOPIC).payload(number).qos(Qos.EXACTLY_ONCE).build())
              .delivered()
              .toCompletableFuture());
    }
    receipts.get(receipts.size() - 1).get(30, TimeUnit.SECONDS);
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

  private static X509Certificate leaf(IdentityStore store) {
    return store.identity().orElseThrow().certificateChain().get(0);
  }

  private SecureMqttClient peer(MosquittoProcess broker, EstServer server) throws Exception {
    return Devices.at(broker.port(), broker.identity())
        .clientId("peer")
        .identity(pem(server.authority().client("peer"), "peer"))
        .build();
  }

  private DeviceIdentity pem(TestIdentity leaf, String name) throws Exception {
    return PemIdentity.open(
        leaf.writeChain(folder.resolve(name + ".pem")),
        leaf.writeKey(folder.resolve(name + ".key")));
  }

  static EstServer est() throws Exception {
    return EstServer.builder().basic("meter", "once").life(Duration.ofDays(2)).start();
  }

  static MosquittoProcess broker(EstServer server) throws Exception {
    return MosquittoProcess.builder()
        .requireClientCertificate(server.authority().root())
        .certificateIsUser()
        .option("max_queued_messages 0")
        .start();
  }

  static EstClient client(EstServer server) {
    return EstClient.of(
        EstEndpoint.parse(server.url()), TlsPolicy.trusting(List.of(server.identity().root())));
  }

  /** A store whose candidate is somebody else. */
  private record Swapping(IdentityStore store, DeviceIdentity stranger) implements IdentityStore {
    @Override
    public Optional<DeviceIdentity> identity() {
      return store.identity();
    }

    @Override
    public Optional<SigningKey> pendingKey() {
      return store.pendingKey();
    }

    @Override
    public SigningKey generatePendingKey(KeyAlgorithm algorithm) {
      return store.generatePendingKey(algorithm);
    }

    @Override
    public DeviceIdentity candidate(List<X509Certificate> chain) {
      return stranger;
    }

    @Override
    public void promote(List<X509Certificate> chain) {
      throw new AssertionError("promoted without a trial that held");
    }

    @Override
    public void replaceChain(List<X509Certificate> chain) {
      store.replaceChain(chain);
    }

    @Override
    public void close() {}
  }
}
