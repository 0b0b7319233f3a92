package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.ClientBuilder;
import io.mooring.Message;
import io.mooring.SecureMqttClient;
import io.mooring.demo.DemoBroker;
import io.mooring.error.MooringException;
import io.mooring.identity.SaltedPassword;
import io.mooring.identity.Secret;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.Pkcs11Identity;
import io.mooring.keystore.Pkcs11KeyPair;
import io.mooring.keystore.Pkcs11Name;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.scram.DerivedSaltedPassword;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in a token against brokers that others wrote: TLS by Mosquitto, SCRAM by HiveMQ CE. */
@Timeout(120)
abstract class TokenBrokerContract {
  private static final String PASSWORD = Canaries.PASSWORD;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestIdentity devices = TestCertificates.ca("Device CA").create();
  private Pkcs11Token token;

  /** Opens the token of these tests. */
  abstract Pkcs11Token open();

  /** Puts a SaltedPassword into the token, as one does with a token of this make. */
  abstract SaltedPassword store(Pkcs11Token token, String label, DerivedSaltedPassword key);

  /** Takes the token away. */
  abstract void remove() throws Exception;

  /** Brings it back. */
  abstract void bringBack() throws Exception;

  @BeforeEach
  void openToken() {
    token = open();
  }

  @AfterEach
  void emptyAndCloseToken() {
    token.labels().stream()
        .filter(label -> !label.isEmpty())
        .forEach(label -> token.delete(Pkcs11Name.label(label)));
    token.close();
  }

  static Stream<Arguments> keysAndVersions() {
    return Stream.of(KeyAlgorithm.EC_P256, KeyAlgorithm.EC_P384, KeyAlgorithm.RSA_2048)
        .flatMap(kind -> Stream.of("TLSv1.2", "TLSv1.3").map(tls -> Arguments.of(kind, tls)));
  }

  @ParameterizedTest
  @MethodSource("keysAndVersions")
  void mutualTls_withTheKeyInTheToken(KeyAlgorithm kind, String tls) throws Exception {
    Pkcs11Identity identity = identity("mqtt", kind);
    MosquittoProcess.Builder description =
        MosquittoProcess.builder().requireClientCertificate(devices.root()).certificateIsUser();
    if (tls.equals("TLSv1.2")) {
      description.tls12Only();
    }
    try (MosquittoProcess broker = description.start();
        SecureMqttClient device =
            Devices.at(broker.port(), broker.identity()).identity(identity).build()) {
      assertEquals(tls, device.connect().tlsVersion());
      device.publishAndWait(Message.of("a/b", "signed in"), PATIENCE);
    }
  }

  @Test
  void tokenRemovedAndReturned_theNextConnectWorks() throws Exception {
    Pkcs11Identity identity = identity("mqtt", KeyAlgorithm.EC_P256);
    try (MosquittoProcess broker =
            MosquittoProcess.builder()
                .requireClientCertificate(devices.root())
                .certificateIsUser()
                .start();
        SecureMqttClient device =
            Devices.at(broker.port(), broker.identity()).identity(identity).build()) {
      device.connect();
      device.disconnect();
      remove();
      MooringException gone = assertThrows(MooringException.class, device::connect);
      assertEquals(true, gone.retryable(), gone::toString);
      bringBack();
      device.connect();
      device.publishAndWait(Message.of("a/b", "signed in again"), PATIENCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCRAM-SHA-256", "SCRAM-SHA-512"})
  void scram_withTheKeyInTheToken(String mechanism) throws Exception {
    try (DemoBroker broker = DemoBroker.builder().device("meter-0042", PASSWORD).start()) {
      SaltedPassword key = learn(broker, mechanism, builder -> builder);
      try (SecureMqttClient device =
          Devices.at(broker.port(), broker.identity())
              .authenticate(Scram.saltedPassword(key))
              .build()) {
        assertEquals(mechanism, device.connect().serverProof());
        device.reauthenticate().toCompletableFuture().get(20, TimeUnit.SECONDS);
      }
      assertEquals("meter-0042", token.scramKey("scram").userName());
      assertEquals(List.of("scram"), token.scramLabels());
    }
  }

  @Test
  void mutualTlsAndScram_bothInTheToken() throws Exception {
    Pkcs11Identity identity = identity("mqtt", KeyAlgorithm.EC_P256);
    try (DemoBroker broker =
        DemoBroker.builder()
            .device("meter-0042", PASSWORD)
            .requireClientCertificate(devices.root())
            .start()) {
      SaltedPassword key = learn(broker, "SCRAM-SHA-256", builder -> builder.identity(identity));
      try (SecureMqttClient device =
          Devices.at(broker.port(), broker.identity())
              .identity(identity)
              .authenticate(Scram.saltedPassword(key))
              .build()) {
        assertEquals("SCRAM-SHA-256", device.connect().serverProof());
        device.publishAndWait(Message.of("plant/7/meter-0042/t", "21.5"), PATIENCE);
      }
    }
  }

  private Pkcs11Identity identity(String label, KeyAlgorithm kind) {
    byte[] id = Pkcs11Token.newId();
    Pkcs11KeyPair pair = token.generateKeyPair(label, id, kind);
    TestIdentity made =
        devices
            .issues("meter-0042")
            .clientAuth()
            .key(KeyKind.valueOf(kind.name()), new KeyPair(pair.publicKey(), null))
            .create();
    token.storeCertificateChain(label, id, made.chain());
    return token.identity(Pkcs11Name.label(label));
  }

  /** Learns salt and count by one proven login, and puts the SaltedPassword into the token. */
  private SaltedPassword learn(
      DemoBroker broker, String mechanism, UnaryOperator<ClientBuilder> more) {
    AtomicReference<DerivedSaltedPassword> learnt = new AtomicReference<>();
    try (Secret secret = Secret.of(PASSWORD.toCharArray())) {
      ScramCredential password = ScramCredential.password("meter-0042", secret);
      Scram login = mechanism.endsWith("512") ? Scram.sha512(password) : Scram.sha256(password);
      try (SecureMqttClient factory =
          more.apply(Devices.at(broker.port(), broker.identity()))
              .authenticate(
                  login.provisioning(
                      keys ->
                          learnt.set(
                              ScramKeyDerivation.saltedPassword(
                                  mechanism,
                                  "meter-0042",
                                  secret,
                                  keys.salt(),
                                  keys.iterations(),
                                  true))))
              .build()) {
        factory.connect();
      }
    }
    try (DerivedSaltedPassword key = learnt.get()) {
      return store(token, "scram", key);
    }
  }
}
