package io.mooring.internal.wire;

import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT (MQTT 5, section 3.1) as Paho encodes it, except for the two credentials. Paho leaves
 * copies of what it encodes where nobody can wipe them, so Authentication Data and Password are put
 * in here: the one ends the properties, the other the packet.
 */
final class ConnectEncoder {
  private static final int FLAGS_AND_KEEP_ALIVE_END = 10;
  private static final int PASSWORD_FLAG = 0x40;
  private static final int FLAGS_INDEX = 7;

  private ConnectEncoder() {}

  static void encode(WireBuffer out, ConnectPacket packet) {
    requireBinary("password", packet.password());
    requireBinary("authentication data", packet.authenticationData());
    if (packet.authenticationData() != null && packet.authenticationMethod() == null) {
      throw new IllegalArgumentException(
          "authentication data without authentication method (MQTT 5, section 3.1.2.11.10)");
    }
    PahoConnect connect = PahoConnect.of(packet);
    try {
      byte[] variableHeader = connect.getVariableHeader();
      byte[] payload = connect.getPayload();
      append(out, variableHeader, payload, packet);
    } catch (MqttException e) {
      throw PahoPackets.cannotEncode("CONNECT", e);
    }
  }

  private static void append(
      WireBuffer out, byte[] variableHeader, byte[] payload, ConnectPacket packet) {
    byte[] data = packet.authenticationData();
    byte[] password = packet.password();
    int propertiesStart = endOfPropertyLength(variableHeader);
    int pahoProperties = variableHeader.length - propertiesStart;
    int properties = pahoProperties + (data == null ? 0 : 3 + data.length);
    long remaining =
        (long) FLAGS_AND_KEEP_ALIVE_END
            + FixedHeader.sizeOfVariableByteInteger(properties)
            + properties
            + payload.length
            + (password == null ? 0 : 2 + password.length);
    PacketWriter.requireRemainingLength("CONNECT", remaining);
    out.ensure((int) remaining + 5);
    if (data != null || password != null) {
      out.holdsSecret();
    }
    out.put(FixedHeader.CONNECT << 4);
    out.putVariableByteInteger((int) remaining);
    if (password != null) {
      variableHeader[FLAGS_INDEX] |= PASSWORD_FLAG;
    }
    out.put(variableHeader, 0, FLAGS_AND_KEEP_ALIVE_END);
    out.putVariableByteInteger(properties);
    out.put(variableHeader, propertiesStart, pahoProperties);
    if (data != null) {
      out.put(Property.AUTHENTICATION_DATA.id());
      out.putBinary(data);
    }
    out.put(payload, 0, payload.length);
    if (password != null) {
      out.putBinary(password);
    }
  }

  private static int endOfPropertyLength(byte[] variableHeader) {
    int at = FLAGS_AND_KEEP_ALIVE_END;
    while (variableHeader[at] < 0) {
      at++;
    }
    return at + 1;
  }

  private static void requireBinary(String what, byte @Nullable [] value) {
    if (value != null && value.length > Utf8.MAX_BYTES) {
      throw new IllegalArgumentException(
          what + " is at most " + Utf8.MAX_BYTES + " bytes; got " + value.length);
    }
  }
}
