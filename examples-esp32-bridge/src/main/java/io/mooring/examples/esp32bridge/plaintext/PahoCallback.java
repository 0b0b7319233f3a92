package io.mooring.examples.esp32bridge.plaintext;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * The two of Paho's events that matter here.
 *
 * @param lost the connection is gone; says why
 * @param arrived a message came
 */
record PahoCallback(Consumer<String> lost, BiConsumer<String, MqttMessage> arrived)
    implements MqttCallback {
  @Override
  public void disconnected(MqttDisconnectResponse response) {
    String reason = response.getReasonString();
    lost.accept(reason == null ? "the connection was lost" : reason);
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    arrived.accept(topic, message);
  }

  @Override
  public void mqttErrorOccurred(MqttException exception) {}

  @Override
  public void deliveryComplete(IMqttToken token) {}

  @Override
  public void connectComplete(boolean reconnect, String serverUri) {}

  @Override
  public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
