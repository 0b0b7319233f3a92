package io.mooring.internal.wire;

import io.mooring.Message;
import io.mooring.Will;
import java.time.Duration;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttConnect;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * Paho's CONNECT without the two credentials, with only the properties that differ from the
 * standard's default, and in two parts instead of one whole packet.
 */
final class PahoConnect extends MqttConnect {
  private static final int MQTT_5 = 5;

  private PahoConnect(ConnectPacket packet, MqttProperties properties, MqttProperties will) {
    super(
        packet.clientId(),
        MQTT_5,
        packet.cleanStart(),
        packet.keepAliveSeconds(),
        properties,
        will);
  }

  /**
   * Takes everything over but password and authentication data.
   *
   * @throws IllegalArgumentException if a value is out of its range or a string cannot be sent
   */
  static PahoConnect of(ConnectPacket packet) {
    SendableText.require("client id", packet.clientId());
    if (packet.keepAliveSeconds() < 0 || packet.keepAliveSeconds() > 0xFFFF) {
      throw new IllegalArgumentException(
          "keep alive is 0 to 65535 s; got " + packet.keepAliveSeconds());
    }
    Will will = packet.will();
    // Paho reads the Will properties even where there is no Will: null would be its end.
    MqttProperties willProperties = will == null ? new MqttProperties() : properties(will);
    PahoConnect connect = new PahoConnect(packet, properties(packet), willProperties);
    if (will != null) {
      connect.setWill(will.message());
    }
    String userName = packet.userName();
    if (userName != null) {
      connect.setUserName(SendableText.require("user name", userName));
    }
    return connect;
  }

  /** Protocol name, version, flags, Keep Alive and properties. */
  @Override
  protected byte[] getVariableHeader() throws MqttException {
    return super.getVariableHeader();
  }

  /** Never what Paho would print. */
  @Override
  public String toString() {
    return "CONNECT";
  }

  private void setWill(Message message) {
    SendableText.require("will topic", message.topic());
    if (message.payloadLength() > Utf8.MAX_BYTES) {
      throw new IllegalArgumentException(
          "the payload of a Will is at most "
              + Utf8.MAX_BYTES
              + " bytes (MQTT 5, section 3.1.3.4); got "
              + message.payloadLength());
    }
    MqttMessage will = new MqttMessage(message.payload());
    will.setQos(message.qos().code());
    will.setRetained(message.retain());
    setWillMessage(will);
    setWillDestination(message.topic());
  }

  private static MqttProperties properties(ConnectPacket packet) {
    MqttProperties properties = PahoPackets.withUserProperties(packet.userProperties());
    if (packet.sessionExpirySeconds() != 0) {
      properties.setSessionExpiryInterval(packet.sessionExpirySeconds());
    }
    if (packet.receiveMaximum() < 1 || packet.maximumPacketSize() < 1) {
      throw new IllegalArgumentException(
          "receive maximum and maximum packet size are at least 1; got "
              + packet.receiveMaximum()
              + " and "
              + packet.maximumPacketSize());
    }
    if (packet.receiveMaximum() != 0xFFFF) {
      properties.setReceiveMaximum(packet.receiveMaximum());
    }
    if (packet.maximumPacketSize() < FixedHeader.MAX_PACKET_SIZE) {
      properties.setMaximumPacketSize((long) packet.maximumPacketSize());
    }
    if (packet.topicAliasMaximum() != 0) {
      properties.setTopicAliasMaximum(packet.topicAliasMaximum());
    }
    if (packet.requestResponseInformation()) {
      properties.setRequestResponseInfo(true);
    }
    if (!packet.requestProblemInformation()) {
      properties.setRequestProblemInfo(false);
    }
    String method = packet.authenticationMethod();
    if (method != null) {
      properties.setAuthenticationMethod(SendableText.require("authentication method", method));
    }
    return properties;
  }

  private static MqttProperties properties(Will will) {
    Message message = will.message();
    MqttProperties properties = PahoPackets.withUserProperties(message.userProperties());
    properties.setPayloadFormat(message.utf8Payload());
    if (!will.delay().isZero()) {
      properties.setWillDelayInterval(will.delay().toSeconds());
    }
    Duration expiry = message.expiry();
    if (expiry != null) {
      properties.setMessageExpiryInterval(expiry.toSeconds());
    }
    String contentType = message.contentType();
    if (contentType != null) {
      properties.setContentType(SendableText.require("will content type", contentType));
    }
    String responseTopic = message.responseTopic();
    if (responseTopic != null) {
      properties.setResponseTopic(SendableText.require("will response topic", responseTopic));
    }
    byte[] correlationData = message.correlationData();
    if (correlationData != null) {
      properties.setCorrelationData(correlationData);
    }
    return properties;
  }
}
