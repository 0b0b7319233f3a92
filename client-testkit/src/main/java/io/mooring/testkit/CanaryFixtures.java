package io.mooring.testkit;

import java.util.Optional;

/** Plants what is secret in the packets that reach a scripted broker. */
final class CanaryFixtures {
  private CanaryFixtures() {}

  /** A client sent it. */
  static void passed(MqttPacket packet) {
    if (packet instanceof MqttPacket.Connect connect) {
      connect.password().ifPresent(secret -> Canaries.plant("a password", secret.toArray()));
      connect.will().ifPresent(will -> Canaries.plant("a Will", will.payload().toArray()));
      scram(connect.properties());
    } else if (packet instanceof MqttPacket.Auth auth) {
      scram(auth.properties());
    } else if (packet instanceof MqttPacket.Publish publish) {
      Canaries.plantPayload("a payload of the client", publish.payload().toArray());
    }
  }

  private static void scram(MqttProperties properties) {
    Optional<Bytes> data = properties.bytes(MqttProperty.AUTHENTICATION_DATA);
    data.ifPresent(message -> Canaries.plantScram(message.toArray()));
  }
}
