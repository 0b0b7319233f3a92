/** The MQTT 5 client: TLS only, pinned, mutually authenticated, outbound only. */
@SuppressWarnings("module") // client-enrol is compiled after this one
module io.mooring.core {
  requires static org.jspecify;
  requires org.bouncycastle.provider;
  requires org.bouncycastle.tls;
  requires org.eclipse.paho.mqttv5.client;

  // A runtime image may be without them; nothing of them is loaded unless it is used.
  requires static java.management;
  requires static jdk.jfr;

  exports io.mooring;
  exports io.mooring.audit;
  exports io.mooring.auth;
  exports io.mooring.error;
  exports io.mooring.identity;
  exports io.mooring.outbox;
  exports io.mooring.policy;
  exports io.mooring.telemetry;
  exports io.mooring.tls;

  // EST runs over the very TLS that MQTT runs over, and the doctor looks at it; the keystores
  // share its curves; nobody else does.
  exports io.mooring.internal.net to
      io.mooring.cli,
      io.mooring.enrol;
  exports io.mooring.internal.tls to
      io.mooring.cli,
      io.mooring.enrol,
      io.mooring.keystore;
  exports io.mooring.internal.topic to
      io.mooring.cli;
}
