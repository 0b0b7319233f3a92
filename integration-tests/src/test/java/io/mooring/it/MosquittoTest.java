package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.ClientBuilder;
import io.mooring.Message;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.ClientCertificateRefusedException;
import io.mooring.error.MooringException;
import io.mooring.identity.Secret;
import io.mooring.keystore.PemIdentity;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Debian's Mosquitto as a process: user name and password, or a client certificate, over TLS. */
class MosquittoTest extends RealBrokerContract {
  private static MosquittoProcess broker;

  @BeforeAll
  static void start() throws Exception {
    broker =
        MosquittoProcess.builder()
            .user("meter", "the right password")
            .option(
                "max_queued_messages 0") // else it drops what its subscribers do not take at once
            .start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (broker != null) {
      broker.close();
    }
  }

  @Override
  ClientBuilder device(String clientId, int port) {
    return Devices.at(port, broker.identity())
        .clientId(clientId)
        .authenticate(password("the right password"));
  }

  @Override
  ClientBuilder stranger(String clientId) {
    return Devices.at(port(), broker.identity())
        .clientId(clientId)
        .authenticate(password("a wrong password"));
  }

  @Override
  int port() {
    return broker.port();
  }

  @Override
  String topic(String clientId) {
    return unique(clientId);
  }

  @Test
  void scram_brokerWithoutAuth_isRefusedOrNotProven() {
    try (SecureMqttClient device = Devices.scram(port(), broker.identity()).build()) {
      MooringException refusal = assertThrows(MooringException.class, device::connect);
      assertEquals(false, refusal.retryable(), refusal::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = KeyKind.class,
      names = {"EC_P256", "EC_P384", "RSA_2048"})
  void clientCertificate_eachKindOfKey_isEnough(KeyKind kind, @TempDir Path folder)
      throws Exception {
    TestIdentity ca = TestCertificates.ca("Device CA").create();
    TestIdentity leaf = ca.issues("meter-0042").key(kind).clientAuth().create();
    try (MosquittoProcess strict =
            MosquittoProcess.builder()
                .requireClientCertificate(ca.root())
                .certificateIsUser()
                .start();
        PemIdentity identity =
            PemIdentity.open(
                leaf.writeChain(folder.resolve("cert.pem")),
                leaf.writeKey(folder.resolve("key.pem")));
        SecureMqttClient device =
            Devices.at(strict.port(), strict.identity()).identity(identity).build()) {
      device.connect();
      device.publishAndWait(Message.of("a/b", "signed in"), Duration.ofSeconds(10));
    }
  }

  @Test
  void clientCertificate_missing_isRefusedAsSuch() throws Exception {
    TestIdentity ca = TestCertificates.ca("Device CA").create();
    try (MosquittoProcess strict =
            MosquittoProcess.builder().requireClientCertificate(ca.root()).start();
        SecureMqttClient device =
            Devices.at(strict.port(), strict.identity()).authenticate(password("x")).build()) {
      assertInstanceOf(
          ClientCertificateRefusedException.class,
          assertThrows(MooringException.class, device::connect));
    }
  }

  private static PasswordAuthentication password(String text) {
    return PasswordAuthentication.of("meter", Secret.of(text.toCharArray()));
  }
}
