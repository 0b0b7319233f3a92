/** A gateway for boards that are too small for TLS. */
module io.mooring.examples.esp32bridge {
  requires static org.jspecify;
  requires com.fazecast.jSerialComm;
  requires io.mooring.core;
  requires io.mooring.examples.common;
  requires io.mooring.keystore;
  requires io.mooring.scram;
  requires org.eclipse.paho.mqttv5.client;
}
