package io.mooring.demo;

import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Collectors;

/** Sends the real device program to brokers that lie, and reads what it says. */
final class QuickstartRefusals {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int REFUSED = 1;
  private static final int USAGE = 2;
  private static final byte TLS_HANDSHAKE = 22;

  private final QuickstartKeys keys;
  private final Device device;

  /** Starts the device program towards a broker; it ends at the first failure. */
  interface Device {
    ChildJvm start(String uri) throws IOException;
  }

  /** What the device said, and what the other end saw. */
  record Refusal(String message, String evidence) {}

  QuickstartRefusals(QuickstartKeys keys, Device device) {
    this.keys = keys;
    this.device = device;
  }

  /** Same authority, same name, valid certificate: only the key is another. */
  Refusal unpinnedKey() throws IOException, InterruptedException {
    TestIdentity otherKey = keys.authority().server("localhost");
    try (ScriptedBroker broker =
        ScriptedBroker.builder().identity(otherKey).onEveryConnection(Script.record()).start()) {
      String message = refusal(broker.uri(), REFUSED);
      broker.awaitHandshakeFailures(1);
      require(broker.received().isEmpty(), "the device sent MQTT to a broker with a wrong key");
      require(message.contains(otherKey.spkiPin()), "the message does not name the key it refused");
      return new Refusal(message, "the broker received 0 MQTT packets");
    }
  }

  /** The broker's own certificate and key, stolen say; but it does not know the device. */
  Refusal impostor() throws IOException, InterruptedException {
    try (ScriptedBroker broker =
        ScriptedBroker.builder()
            .identity(keys.broker())
            .onConnection(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                  wire.readUntilClosed();
                })
            .start()) {
      String message = refusal(broker.uri(), REFUSED);
      broker.verify();
      int publish = broker.received(MqttType.PUBLISH).size();
      int subscribe = broker.received(MqttType.SUBSCRIBE).size();
      require(publish == 0, "the device published to an impostor");
      require(subscribe == 0, "the device subscribed at an impostor");
      String seen =
          broker.received().stream()
              .map(packet -> packet.type().name())
              .collect(Collectors.joining(", "));
      return new Refusal(
          message, "it received " + seen + "; PUBLISH: " + publish + ", SUBSCRIBE: " + subscribe);
    }
  }

  /** There is no such mode. */
  Refusal plaintextScheme(int port) throws IOException, InterruptedException {
    return new Refusal(refusal("mqtt://localhost:" + port, USAGE), "no connection was made");
  }

  /** A port that answers in plain MQTT, and would let anybody in. */
  Refusal plaintextPort() throws IOException, InterruptedException {
    try (ScriptedBroker broker =
        ScriptedBroker.builder()
            .plaintext()
            .onConnection(
                wire -> {
                  byte[] hello = wire.readTlsRecord();
                  require(hello[0] == TLS_HANDSHAKE, "the device sent something else than TLS");
                  wire.connack();
                })
            .start()) {
      String message = refusal(broker.uri(), REFUSED);
      broker.verify();
      return new Refusal(message, "it received a TLS ClientHello and nothing of MQTT");
    }
  }

  private String refusal(String uri, int exitCode) throws IOException, InterruptedException {
    try (ChildJvm process = device.start(uri)) {
      String message = process.await("STOPPED:", PATIENCE);
      int code = process.awaitExit(PATIENCE);
      require(code == exitCode, "the device ended with " + code + " and not with " + exitCode);
      return message;
    }
  }

  private static void require(boolean held, String otherwise) throws IOException {
    if (!held) {
      throw new IOException("Not as promised: " + otherwise);
    }
  }
}
