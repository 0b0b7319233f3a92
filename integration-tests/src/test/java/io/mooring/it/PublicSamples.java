package io.mooring.it;

import io.mooring.DisconnectOptions;
import io.mooring.Reconnect;
import io.mooring.Rotation;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.enrol.CertificateRequest;
import io.mooring.enrol.EstClient;
import io.mooring.enrol.EstEndpoint;
import io.mooring.enrol.KeystoreFileStore;
import io.mooring.enrol.Pkcs11Store;
import io.mooring.enrol.RequestedNames;
import io.mooring.enrol.rotation.CertificateRenewal;
import io.mooring.enrol.rotation.PinSetRotation;
import io.mooring.enrol.rotation.RenewalPolicy;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.PemIdentity;
import io.mooring.keystore.PinSetDocument;
import io.mooring.keystore.Pkcs11KeyPair;
import io.mooring.keystore.Pkcs11Name;
import io.mooring.keystore.Pkcs11Pin;
import io.mooring.keystore.Pkcs11SaltedPassword;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.policy.TopicPolicy;
import io.mooring.scram.DerivedSaltedPassword;
import io.mooring.scram.Scram;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.CsrSigner;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.SoftHsm;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Public types that hold no secret of their own, or one that lies in a token, made as a device
 * makes them: from policies, a live broker, a keystore and SoftHSM.
 */
final class PublicSamples implements AutoCloseable {
  private static final AtomicInteger TOKENS = new AtomicInteger();

  private final List<Object> all = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Path folder;
  private final TestIdentity authority = TestCertificates.ca("Public Samples").create();

  PublicSamples(Path parent) throws Exception {
    this.folder = Files.createTempDirectory(parent, "samples");
  }

  /** All of them; what must be closed is closed with this. */
  List<Object> make(Secret storepass, Secret password, DerivedSaltedPassword salted)
      throws Exception {
    settings();
    received(password);
    keystore(storepass);
    token(salted);
    return all;
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private void settings() {
    SpkiPin pin = SpkiPin.of(authority.certificate());
    PinSet pins = PinSet.of(pin, Devices.BACKUP);
    TlsPolicy tls = TlsPolicy.trusting(List.of(authority.root())).pinned(pins);
    TopicPolicy topics =
        TopicPolicy.device("plant/7/{clientId}").publish("telemetry/#").subscribe("command/+");
    all.addAll(
        List.of(
            pin,
            pins,
            tls,
            topics,
            topics.resolve("meter-0042", null),
            Reconnect.DEFAULT,
            Rotation.to(tls),
            DisconnectOptions.DEFAULT,
            SubscribeOptions.DEFAULT,
            RequestedNames.subject("CN=meter-0042"),
            RenewalPolicy.DEFAULT,
            Pkcs11Name.label("device")));
  }

  /** As a broker delivers it, with a payload that is known. */
  private void received(Secret password) throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.suback(wire.expectSubscribe().packetId(), 0);
                      wire.publish("command/1", Canaries.PAYLOAD.getBytes(StandardCharsets.UTF_8));
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient client =
            Devices.at(broker.port(), broker.identity())
                .authenticate(PasswordAuthentication.of("meter", password))
                .build()) {
      CompletableFuture<Object> message = new CompletableFuture<>();
      all.add(client.connect());
      client.subscribe("command/+", message::complete);
      all.add(message.get(20, TimeUnit.SECONDS));
    }
  }

  private void keystore(Secret storepass) throws Exception {
    TestIdentity device = authority.client("meter-0042");
    Path file = folder.resolve("device.p12");
    try (DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, storepass)) {
      keystore
          .putIdentity(device.privateKey(), device.chain())
          .pins(List.of(SpkiPin.of(authority.certificate()), Devices.BACKUP))
          .save();
    }
    TlsPolicy tls = TlsPolicy.trusting(List.of(authority.root()));
    PinSetRotation pins = PinSetRotation.in(file, storepass, tls, "broker.example");
    open.add(pins);
    EstClient est = EstClient.of(EstEndpoint.parse("https://est.example/.well-known/est"), tls);
    KeystoreFileStore store = KeystoreFileStore.open(file, storepass);
    CertificateRenewal renewal =
        CertificateRenewal.builder(store, est, folder.resolve("renewal")).build();
    open.addAll(List.of(renewal, store));
    Instant now = Instant.now();
    PemIdentity signer =
        PemIdentity.open(
            device.writeChain(folder.resolve("signer.pem")),
            device.writeKey(folder.resolve("signer.key")));
    open.add(signer);
    all.addAll(
        List.of(
            pins,
            renewal,
            PinSetDocument.sign(
                "broker.example",
                List.of(SpkiPin.of(authority.certificate()), Devices.BACKUP),
                1,
                now.minusSeconds(60),
                now.plusSeconds(3600),
                signer)));
  }

  private void token(DerivedSaltedPassword salted) throws Exception {
    String label = "texts-" + TOKENS.incrementAndGet();
    SoftHsm.shared().initToken(label);
    Pkcs11Token token =
        Pkcs11Token.library(SoftHsm.shared().library())
            .tokenLabel(label)
            .pin(Pkcs11Pin.of(Secret.of(SoftHsm.PIN.toCharArray())))
            .open();
    Pkcs11KeyPair pair = token.generateKeyPair("device", Pkcs11Token.newId(), KeyAlgorithm.EC_P256);
    token.storeCertificateChain(
        "device",
        pair.id(),
        List.of(
            new CsrSigner(authority)
                .sign(
                    CertificateRequest.signedBy(pair, RequestedNames.subject("CN=meter-0042"))
                        .der())));
    byte[] key = salted.copyBytes();
    Pkcs11SaltedPassword stored =
        token.storeScramKey(
            "scram",
            salted.mechanism(),
            salted.userName(),
            salted.salt(),
            salted.iterations(),
            key);
    Arrays.fill(key, (byte) 0);
    Pkcs11Store store = Pkcs11Store.of(token, "device");
    open.addAll(List.of(store, token));
    all.addAll(
        List.of(
            token,
            pair,
            stored,
            Scram.saltedPassword(stored),
            token.identity(Pkcs11Name.label("device")),
            token.keys("device").get(0),
            token.generateSealKey("seal"),
            token.objects().get(0),
            store));
  }
}
