package io.mooring.offending;

import org.eclipse.paho.mqttv5.client.MqttClient;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class TouchesPaho {
  Class<?> engine() {
    return MqttClient.class;
  }
}
