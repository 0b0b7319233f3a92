package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.Rotation;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.BrokerRefusalException;
import io.mooring.error.ClientCertificateRefusedException;
import io.mooring.error.PinMismatchException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import io.mooring.keystore.PemIdentity;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running client changes certificate, password and pins: tried, kept or gone back from. */
@Timeout(60)
class RotationTest {
  private static final String TOPIC = "plant/7/meter-0042/telemetry";

  @TempDir private Path folder;

  @Test
  void certificate_underTraffic_changesAndGoesBack_withoutALoss() throws Exception {
    TestIdentity ca = TestCertificates.ca("Device CA").create();
    TestIdentity otherCa = TestCertificates.ca("Somebody Else's CA").create();
    try (MosquittoProcess broker =
            MosquittoProcess.builder()
                .requireClientCertificate(ca.root())
                .certificateIsUser()
                .option("max_queued_messages 0")
                .start();
        SecureMqttClient peer =
            Devices.at(broker.port(), broker.identity())
                .clientId("peer")
                .identity(pem(ca, "peer"))
                .build();
        SecureMqttClient device =
            Devices.at(broker.port(), broker.identity()).identity(pem(ca, "first")).build()) {
      Inbox inbox = new Inbox();
      peer.connect();
      get(peer.subscribe(TOPIC, SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE), inbox));
      device.connect();
      List<CompletableFuture<PublishReceipt>> receipts = new ArrayList<>();

      publish(device, receipts);
      CompletionStage<?> renewed = device.rotate(Rotation.to(pem(ca, "second")));
      publish(device, receipts);
      get(renewed);
      publish(device, receipts);
      CompletionStage<?> refused = device.rotate(Rotation.to(pem(otherCa, "stranger")));
      publish(device, receipts);
      assertInstanceOf(ClientCertificateRefusedException.class, failure(refused));
      device.connect();
      publish(device, receipts);

      CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
      for (int i = 0; i < receipts.size(); i++) {
        assertEquals(Integer.toString(i), inbox.next().message().payloadText());
      }
      assertEquals(0, inbox.size());
    }
  }

  @Test
  void password_wrongOne_goesBack_rightOne_stays() throws Exception {
    try (MosquittoProcess broker = MosquittoProcess.builder().user("meter", "right").start();
        SecureMqttClient device =
            Devices.at(broker.port(), broker.identity()).authenticate(password("right")).build()) {
      device.connect();
      Throwable refused = failure(device.rotate(Rotation.to(password("wrong"))));
      assertInstanceOf(BrokerRefusalException.class, refused);
      assertTrue(device.connect().sessionPresent());
      get(device.rotate(Rotation.to(password("right"))));
      device.publishAndWait(Message.of(TOPIC, "still here"), java.time.Duration.ofSeconds(10));
    }
  }

  @Test
  void pins_thatTheBrokerDoesNotSatisfy_areGoneBackFrom() throws Exception {
    try (MosquittoProcess broker = MosquittoProcess.builder().start();
        SecureMqttClient device =
            Devices.at(broker.port(), broker.identity()).dangerous().anonymous().build()) {
      device.connect();
      SpkiPin other = SpkiPin.parse("sha256/" + "B".repeat(42) + "A=");
      TlsPolicy wrong =
          TlsPolicy.trusting(List.of(broker.identity().root()))
              .pinned(PinSet.of(other, Devices.BACKUP));
      assertInstanceOf(PinMismatchException.class, failure(device.rotate(Rotation.to(wrong))));
      assertTrue(device.connect().sessionPresent());
    }
  }

  @Test
  void rotation_withoutAConnection_orToAnotherUser_isMisuse() throws Exception {
    try (MosquittoProcess broker = MosquittoProcess.builder().user("meter", "right").start();
        SecureMqttClient device =
            Devices.at(broker.port(), broker.identity()).authenticate(password("right")).build()) {
      assertInstanceOf(
          IllegalStateException.class, failure(device.rotate(Rotation.to(password("right")))));
      device.connect();
      PasswordAuthentication other =
          PasswordAuthentication.of("somebody", Secret.of("x".toCharArray()));
      assertInstanceOf(IllegalArgumentException.class, failure(device.rotate(Rotation.to(other))));
    }
  }

  private static void publish(
      SecureMqttClient device, List<CompletableFuture<PublishReceipt>> receipts) {
    for (int i = 0; i < 50; i++) {
      String number = Integer.toString(receipts.size());
      receipts.add(
          device
              .publish(Message.to(TOPIC).payload(number).qos(Qos.EXACTLY_ONCE).build())
              .delivered()
              .toCompletableFuture());
    }
  }

  private DeviceIdentity pem(TestIdentity ca, String file) throws Exception {
    TestIdentity leaf = ca.issues("meter-0042").clientAuth().create();
    return PemIdentity.open(
        leaf.writeChain(folder.resolve(file + ".pem")),
        leaf.writeKey(folder.resolve(file + ".key")));
  }

  private static PasswordAuthentication password(String password) {
    return PasswordAuthentication.of("meter", Secret.of(password.toCharArray()));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static Throwable failure(CompletionStage<?> stage) {
    return assertThrows(ExecutionException.class, () -> get(stage)).getCause();
  }
}
