package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.SecureMqttClient;
import io.mooring.error.ClientCertificateRefusedException;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that refuses a device's certificate is heard, however the device's writes end. */
@Timeout(60)
class RefusedCertificateTest {
  private static final TestIdentity BROKER = TestCertificates.localhost();
  private static final TestIdentity DEVICES = TestCertificates.ca("Devices").create();

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void brokerRefusesAndCloses_whileTheKeySigns_isToldAsRefusal(String version) throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .identity(BROKER)
                .protocols(version)
                .requireClientCertificate(DEVICES.root())
                .onConnection(Script.record())
                .start();
        SecureMqttClient device =
            Devices.at(broker.port(), BROKER)
                .identity(
                    new SlowKey(
                        TestCertificates.ca("Strangers").create().client("stranger"),
                        () -> awaitRefusal(broker)))
                .build()) {
      assertThrows(ClientCertificateRefusedException.class, device::connect);
      assertEquals(1, broker.accepted());
    }
  }

  /** The broker has refused, and its socket is closed as well. */
  private static void awaitRefusal(ScriptedBroker broker) {
    try {
      broker.awaitHandshakeFailures(1);
      broker.verify();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
