package io.mooring.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.MooringException;
import io.mooring.identity.Secret;
import io.mooring.telemetry.ClientEvent;
import io.mooring.telemetry.PacketTrace;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.ScriptedBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets that are known beforehand go through a device in good and bad times, and are then looked
 * for, as they are and in Base64 and hex, in all that it tells: the log at its finest, the packet
 * trace, events, exceptions, flight recordings, and the text of what it hands out.
 */
@Timeout(120)
class CanaryTest {
  private static final String SENT = "canary-sent-4711";
  private static final String RECEIVED = "canary-received-4712";
  private static final String PLAIN_PASSWORD = "canary-password-4713";

  private final Logger logger = Logger.getLogger("io.mooring");
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final EventLog events = new EventLog();
  private final Map<String, byte[]> canaries = new LinkedHashMap<>();

  private final Handler handler =
      new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord record) {
          told.add("log: " + formatter.format(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    handler.setLevel(Level.ALL);
    logger.setLevel(Level.ALL);
    logger.addHandler(handler);
  }

  @AfterEach
  void leave() {
    logger.removeHandler(handler);
    logger.setLevel(null);
  }

  @Test
  void secrets_areInNothingThatADeviceTells(@TempDir Path folder) throws Exception {
    Path flight = folder.resolve("flight.jfr");
    try (Recording recording = new Recording()) {
      recording.start();
      scram();
      wrongProof();
      password();
      recording.stop();
      recording.dump(flight);
    }
    events.all().forEach(event -> told.add("event: " + event));
    for (var event : RecordingFile.readAllEvents(flight)) {
      if (event.getEventType().getName().startsWith("io.mooring.")) {
        told.add("flight: " + event);
      }
    }
    secretsOfScram();
    canaries.put("payload sent", SENT.getBytes(UTF_8));
    canaries.put("payload received", RECEIVED.getBytes(UTF_8));
    canaries.put("password", PLAIN_PASSWORD.getBytes(UTF_8));

    assertTrue(told.stream().anyMatch(text -> text.startsWith("log: ")), "nothing was logged");
    assertTrue(told.stream().anyMatch(text -> text.startsWith("trace: ")), "nothing was traced");
    assertTrue(told.stream().anyMatch(text -> text.startsWith("flight: ")), "nothing recorded");
    assertFalse(events.of(ClientEvent.AttemptFailed.class).isEmpty());
    String raw = new String(Files.readAllBytes(flight), ISO_8859_1);
    canaries.forEach(
        (what, secret) -> {
          for (String form : forms(secret)) {
            told.forEach(text -> assertFalse(text.contains(form), () -> what + " is in " + text));
            boolean recorded = raw.contains(form) && !systemProperty(form);
            assertFalse(recorded, () -> what + " is in the flight recording");
          }
        });
  }

  private static boolean systemProperty(String form) {
    return System.getProperties().toString().contains(form);
  }

  /** A good life, but for a handler that throws and a message that is refused. */
  private void scram() throws Exception {
    ScramServer server = new ScramServer();
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      server.connect(wire);
                      canaries.put("client nonce", server.clientNonce().getBytes(UTF_8));
                      server.challenge(wire, server.serverFirst());
                      byte[] clientFinal = wire.expectAuth().data().toArray();
                      String proof = new String(clientFinal, UTF_8).replaceFirst(".*,p=", "");
                      canaries.put("client proof", Base64.getDecoder().decode(proof));
                      String serverFinal = server.serverFinal(clientFinal);
                      canaries.put(
                          "server signature", Base64.getDecoder().decode(serverFinal.substring(2)));
                      wire.connack(ScramServer.METHOD, serverFinal.getBytes(UTF_8));
                      wire.suback(wire.expectSubscribe().packetId(), 1);
                      wire.publish("command/1", RECEIVED.getBytes(UTF_8), 1, 7);
                      wire.expectAck(MqttType.PUBACK);
                      wire.send(MqttPackets.puback(wire.expectPublish().packetId(), 0x87));
                      wire.publish("nobody/asked", RECEIVED.getBytes(UTF_8));
                      wire.disconnect(0x8B);
                    })
                .start();
        SecureMqttClient client =
            Devices.scram(broker.port(), broker.identity())
                .events(events)
                .trace(PacketTrace.to(line -> told.add("trace: " + line)))
                .build()) {
      told.add("info: " + client.connect());
      client.subscribe(
          "command/+",
          message -> {
            told.add("message: " + message);
            throw new IllegalStateException("the handler does not like it");
          });
      await().until(() -> told.stream().anyMatch(text -> text.startsWith("message: ")));
      Message message = Message.to("t/1").qos(Qos.AT_LEAST_ONCE).payload(SENT).build();
      told.add("message: " + message);
      assertThrows(
          java.util.concurrent.ExecutionException.class,
          () -> client.publish(message).delivered().toCompletableFuture().get());
      events.first(ClientEvent.ConnectionEnded.class);
      told.add("counters: " + client.counters() + client.state() + client);
    }
  }

  /** A broker that does not know the credential. */
  private void wrongProof() throws Exception {
    ScramServer server = new ScramServer();
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      server.connect(wire);
                      server.challenge(wire, server.serverFirst());
                      wire.expectAuth();
                      wire.connack(
                          ScramServer.METHOD, ("v=" + "A".repeat(43) + "=").getBytes(UTF_8));
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient client =
            Devices.scram(broker.port(), broker.identity())
                .events(events)
                .trace(PacketTrace.to(line -> told.add("trace: " + line)))
                .build()) {
      tell(assertThrows(MooringException.class, client::connect));
    }
  }

  /** A broker that refuses a password, and repeats it in its Reason String is not this one. */
  private void password() throws Exception {
    PasswordAuthentication login =
        PasswordAuthentication.of("meter", Secret.of(PLAIN_PASSWORD.toCharArray()));
    told.add("login: " + login);
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack(0x86);
                    })
                .start();
        SecureMqttClient client =
            Devices.at(broker.port(), broker.identity())
                .authenticate(login)
                .events(events)
                .trace(PacketTrace.to(line -> told.add("trace: " + line)))
                .build()) {
      tell(assertThrows(MooringException.class, client::connect));
    }
  }

  private void tell(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    told.add("exception: " + trace);
  }

  private void secretsOfScram() throws Exception {
    canaries.put("SCRAM password", ScramServer.PASSWORD.getBytes(UTF_8));
    byte[] salted =
        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
            .generateSecret(
                new PBEKeySpec(
                    ScramServer.PASSWORD.toCharArray(),
                    Base64.getDecoder().decode(ScramServer.SALT),
                    ScramServer.ITERATIONS,
                    256))
            .getEncoded();
    canaries.put("SaltedPassword", salted);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(salted, "HmacSHA256"));
    canaries.put("ClientKey", mac.doFinal("Client Key".getBytes(UTF_8)));
    canaries.put("ServerKey", mac.doFinal("Server Key".getBytes(UTF_8)));
  }

  private static List<String> forms(byte[] secret) {
    return List.of(
        new String(secret, ISO_8859_1),
        Base64.getEncoder().withoutPadding().encodeToString(secret),
        HexFormat.of().formatHex(secret));
  }
}
