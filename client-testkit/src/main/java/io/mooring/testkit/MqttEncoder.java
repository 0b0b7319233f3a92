package io.mooring.testkit;

import java.util.List;

/** Writes packets as MQTT 5, section 3, lays them out. */
final class MqttEncoder {
  private static final int PROTOCOL_VERSION = 5;

  private MqttEncoder() {}

  static byte[] connect(MqttPacket.Connect packet) {
    var out = new MqttOutput().utf8("MQTT").u8(PROTOCOL_VERSION);
    int flags = packet.cleanStart() ? 0x02 : 0;
    if (packet.will().isPresent()) {
      MqttPacket.Will will = packet.will().get();
      flags |= 0x04 | will.qos() << 3 | (will.retain() ? 0x20 : 0);
    }
    flags |= packet.password().isPresent() ? 0x40 : 0;
    flags |= packet.userName().isPresent() ? 0x80 : 0;
    out.u8(flags).u16(packet.keepAlive());
    packet.properties().write(out);
    out.utf8(packet.clientId());
    if (packet.will().isPresent()) {
      MqttPacket.Will will = packet.will().get();
      will.properties().write(out);
      out.utf8(will.topic()).binary(will.payload().toArray());
    }
    packet.userName().ifPresent(out::utf8);
    packet.password().ifPresent(password -> out.binary(password.toArray()));
    return MqttPackets.frame(MqttType.CONNECT, out.toBytes());
  }

  static byte[] connack(MqttPacket.Connack packet) {
    var out = new MqttOutput().u8(packet.sessionPresent() ? 1 : 0).u8(packet.reasonCode());
    packet.properties().write(out);
    return MqttPackets.frame(MqttType.CONNACK, out.toBytes());
  }

  static byte[] publish(MqttPacket.Publish packet) {
    var out = new MqttOutput().utf8(packet.topic());
    if (packet.qos() > 0) {
      out.u16(packet.packetId());
    }
    packet.properties().write(out);
    out.raw(packet.payload().toArray());
    int flags = (packet.dup() ? 0x08 : 0) | packet.qos() << 1 | (packet.retain() ? 0x01 : 0);
    return MqttPackets.frame(MqttType.PUBLISH.code() << 4 | flags, out.toBytes());
  }

  static byte[] ack(MqttPacket.Ack packet) {
    var out = new MqttOutput().u16(packet.packetId());
    boolean plain = packet.properties().entries().isEmpty();
    if (!plain || packet.reasonCode() != 0) {
      out.u8(packet.reasonCode());
    }
    if (!plain) {
      packet.properties().write(out);
    }
    return MqttPackets.frame(packet.type(), out.toBytes());
  }

  static byte[] subscribe(MqttPacket.Subscribe packet) {
    var out = new MqttOutput().u16(packet.packetId());
    packet.properties().write(out);
    packet.subscriptions().forEach(each -> out.utf8(each.filter()).u8(each.options()));
    return MqttPackets.frame(MqttType.SUBSCRIBE, out.toBytes());
  }

  static byte[] unsubscribe(MqttPacket.Unsubscribe packet) {
    var out = new MqttOutput().u16(packet.packetId());
    packet.properties().write(out);
    packet.filters().forEach(out::utf8);
    return MqttPackets.frame(MqttType.UNSUBSCRIBE, out.toBytes());
  }

  static byte[] codes(
      MqttType type, int packetId, MqttProperties properties, List<Integer> reasonCodes) {
    var out = new MqttOutput().u16(packetId);
    properties.write(out);
    reasonCodes.forEach(out::u8);
    return MqttPackets.frame(type, out.toBytes());
  }

  static byte[] reason(MqttType type, int reasonCode, MqttProperties properties) {
    var out = new MqttOutput();
    boolean plain = properties.entries().isEmpty();
    if (!plain || reasonCode != 0) {
      out.u8(reasonCode);
    }
    if (!plain) {
      properties.write(out);
    }
    return MqttPackets.frame(type, out.toBytes());
  }
}
