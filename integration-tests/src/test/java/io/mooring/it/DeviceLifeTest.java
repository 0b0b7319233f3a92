package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ConnectionListener;
import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.Rotation;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.demo.DemoBroker;
import io.mooring.demo.DemoUser;
import io.mooring.enrol.Enrolment;
import io.mooring.enrol.EstLogin;
import io.mooring.enrol.IdentityStore;
import io.mooring.enrol.KeystoreFileStore;
import io.mooring.enrol.RequestedNames;
import io.mooring.enrol.rotation.CertificateRenewal;
import io.mooring.enrol.rotation.PinSetEvent;
import io.mooring.enrol.rotation.PinSetRotation;
import io.mooring.enrol.rotation.ScramRotation;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.PemIdentity;
import io.mooring.keystore.PinSetDocument;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.testkit.EstServer;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device from the factory to the end of its first keys: mutual TLS and SCRAM at HiveMQ CE, a
 * certificate from an EST server, and everything it holds changed while it works.
 */
@Timeout(240)
class DeviceLifeTest {
  private static final String NAME = "meter-0042";
  private static final String TOPIC = "plant/7/meter-0042/telemetry";
  private static final String PINS = "plant/7/meter-0042/pins";

  @TempDir private Path folder;

  private final TestIdentity brokerCa = TestCertificates.ca("Broker CA").create();
  private final TestIdentity present = brokerCa.server("localhost");
  private final TestIdentity coming = brokerCa.server("localhost");
  private final TestIdentity factoryCa = TestCertificates.ca("Factory CA").create();
  private final DemoUser first = ScramRotationTest.user("first");
  private final DemoUser second = ScramRotationTest.user("second");
  private final BlockingQueue<PinSetEvent> pinEvents = new LinkedBlockingQueue<>();
  private final List<CompletableFuture<PublishReceipt>> receipts = new ArrayList<>();
  private final Inbox inbox = new Inbox();

  @Test
  void life_fromTheFactory_toTheLastOfTheOldKeys() throws Exception {
    DeviceIdentity signer = pem(TestCertificates.selfSigned("Pin signer").create(), "signer");
    try (EstServer est = EstServer.builder().factoryRoots(factoryCa.root()).start()) {
      DemoBroker broker = broker(0, present, first, est);
      try {
        Path installed = factoryBundle(broker.port(), signer);
        Path file = installed.resolve("device.p12");
        try (Secret password =
                Secret.of(Files.readString(installed.resolve("storepass")).strip().toCharArray());
            IdentityStore store = KeystoreFileStore.open(file, password);
            PinSetRotation pins = pins(file, password);
            ScramRotation scram =
                ScramRotation.in(file, password, keys -> Scram.sha256(ScramCredential.keys(keys)));
            CertificateRenewal renewal =
                CertificateRenewal.builder(
                        store, RenewalTest.client(est), installed.resolve("renewal"))
                    .build();
            SecureMqttClient operator = operator(broker);
            SecureMqttClient device = device(broker, renewal, scram, pins)) {
          pins.start(device);
          scram.start(device);
          device.subscribe(PINS, message -> pins.offer(message.payload()));
          device.start();
          device.awaitConnected(Duration.ofSeconds(60));
          operator.connect();
          get(operator.subscribe(TOPIC, SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE), inbox));
          X509Certificate made = leaf(store);

          enrol(store, est, device);
          X509Certificate enrolled = leaf(store);
          assertFalse(made.getPublicKey().equals(enrolled.getPublicKey()));
          renewal.start(device);
          underTraffic(device, renewal.renewNow());
          assertFalse(enrolled.getPublicKey().equals(leaf(store).getPublicKey()));

          broker.user(second);
          ScramKeys next = ScramRotationTest.keys(second, "second");
          underTraffic(device, scram.rotate(next));

          operator.publishAndWait(
              Message.to(PINS).payload(document(signer)).build(), Duration.ofSeconds(30));
          assertInstanceOf(PinSetEvent.Staged.class, nextPins());
          allArrived();

          int port = broker.port();
          broker.close();
          broker = broker(port, coming, second, est);
          PinSetEvent.Promoted promoted = assertInstanceOf(PinSetEvent.Promoted.class, nextPins());
          assertEquals(SpkiPin.of(coming.certificate()), promoted.matched());
          device.awaitConnected(Duration.ofSeconds(60));
          device.publishAndWait(
              Message.to(TOPIC).payload("still here").qos(Qos.AT_LEAST_ONCE).build(),
              Duration.ofSeconds(60));
          requireOldMaterialGone(file, password, leaf(store), next);
        }
      } finally {
        broker.close();
      }
    }
  }

  private Path factoryBundle(int port, DeviceIdentity signer) throws Exception {
    Path storepass = folder.resolve("storepass");
    Files.createFile(
        storepass,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(storepass, RenewalTest.STOREPASS + "\n");
    TestIdentity factory = factoryCa.client(NAME);
    Path file = folder.resolve("factory.p12");
    try (Secret password = Secret.of(RenewalTest.STOREPASS.toCharArray());
        DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, password)) {
      keystore
          .putIdentity(factory.privateKey(), factory.chain())
          .putScram(ScramRotationTest.keys(first, "first"))
          .pins(List.of(SpkiPin.of(present.certificate()), Devices.BACKUP))
          .authorities(List.of(brokerCa.root()));
      keystore.stagedPins().trustSigners(List.of(SpkiPin.of(signer.certificateChain().get(0))));
      keystore.save();
    }
    Shell.Result made =
        new Shell(folder)
            .run(
                "mooring bundle make --keystore factory.p12 --storepass-file storepass --name "
                    + NAME
                    + " --broker mqtts://localhost:"
                    + port
                    + " --out meter.mooring\n"
                    + "mooring bundle install --bundle meter.mooring --to etc-meter\n"
                    + "rm meter.mooring factory.p12\n");
    assertEquals(0, made.code(), made::err);
    return folder.resolve("etc-meter");
  }

  private DemoBroker broker(int port, TestIdentity identity, DemoUser device, EstServer est)
      throws Exception {
    return DemoBroker.builder()
        .port(port)
        .certificate(identity)
        .requireClientCertificate(factoryCa.root(), est.authority().root())
        .user(device)
        .operator("operator", "operator")
        .start();
  }

  private SecureMqttClient device(
      DemoBroker broker, CertificateRenewal renewal, ScramRotation scram, PinSetRotation pins) {
    ConnectionListener both =
        state -> {
          scram.stateChanged(state);
          pins.stateChanged(state);
        };
    return SecureMqttClient.builder()
        .broker("mqtts://localhost:" + broker.port())
        .clientId(NAME)
        .tls(pins.policy())
        .identity(renewal.identity())
        .authenticate(scram.login())
        .listener(both)
        .build();
  }

  private SecureMqttClient operator(DemoBroker broker) throws Exception {
    return Devices.at(broker.port(), present)
        .clientId("operator")
        .identity(pem(factoryCa.client("operator"), "operator"))
        .authenticate(
            Scram.sha256(ScramCredential.password("operator", Secret.of("operator".toCharArray()))))
        .build();
  }

  private PinSetRotation pins(Path file, Secret password) {
    try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
      return PinSetRotation.in(
          file,
          password,
          TlsPolicy.trusting(keystore.authorities()),
          "localhost",
          Clock.systemUTC(),
          pinEvents::add);
    }
  }

  private static void enrol(IdentityStore store, EstServer est, SecureMqttClient device) {
    Enrolment.in(store)
        .enrol(
            RenewalTest.client(est),
            EstLogin.certificate(store.identity().orElseThrow()),
            RequestedNames.subject("CN=" + NAME),
            null,
            candidate -> device.rotate(Rotation.to(candidate)).toCompletableFuture().join());
  }

  private byte[] document(DeviceIdentity signer) {
    Instant now = Instant.now();
    return PinSetDocument.sign(
            "localhost",
            List.of(SpkiPin.of(coming.certificate()), Devices.BACKUP),
            1,
            now.minusSeconds(60),
            now.plusSeconds(3600),
            signer)
        .encoded();
  }

  private void underTraffic(SecureMqttClient device, CompletionStage<?> rotation) throws Exception {
    CompletableFuture<?> ended = rotation.toCompletableFuture();
    do {
      publish(device);
    } while (!ended.isDone());
    ended.get();
    publish(device);
  }

  private void publish(SecureMqttClient device) throws Exception {
    for (int i = 0; i < 10; i++) {
      String number = Integer.toString(receipts.size());
      receipts.add(
          device
              .publish(Message.to(TOPIC).payload(number).qos(Qos.EXACTLY_ONCE).build())
              .delivered()
              .toCompletableFuture());
    }
    receipts.get(receipts.size() - 1).get(60, TimeUnit.SECONDS);
  }

  private void allArrived() throws Exception {
    CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    for (int i = 0; i < receipts.size(); i++) {
      assertEquals(Integer.toString(i), inbox.next().message().payloadText());
    }
    assertEquals(0, inbox.size());
  }

  private void requireOldMaterialGone(
      Path file, Secret password, X509Certificate inUse, ScramKeys keys) {
    try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
      assertEquals(
          List.of(
              "authority-1",
              "identity",
              "mooring-settings",
              "scram-client-key",
              "scram-server-key"),
          keystore.aliases());
      assertEquals(inUse, keystore.identity().certificateChain().get(0));
      assertArrayEquals(keys.clientKey(), keystore.scram().clientKey());
      assertArrayEquals(keys.salt(), keystore.scram().salt());
      assertEquals(List.of(SpkiPin.of(coming.certificate()), Devices.BACKUP), keystore.pins());
      assertTrue(keystore.pinRotation().staged().isEmpty());
    }
  }

  private PinSetEvent nextPins() throws InterruptedException {
    PinSetEvent event = pinEvents.poll(90, TimeUnit.SECONDS);
    assertNotNull(event, "no event within 90 s");
    return event;
  }

  private static X509Certificate leaf(IdentityStore store) {
    return store.identity().orElseThrow().certificateChain().get(0);
  }

  private DeviceIdentity pem(TestIdentity identity, String name) throws Exception {
    return PemIdentity.open(
        identity.writeChain(folder.resolve(name + ".pem")),
        identity.writeKey(folder.resolve(name + ".key")));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
