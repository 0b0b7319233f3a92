/** SCRAM-SHA-256 and SCRAM-SHA-512 over MQTT 5 enhanced authentication (RFC 5802, RFC 7677). */
module io.mooring.scram {
  requires static org.jspecify;
  requires transitive io.mooring.core;

  exports io.mooring.scram;
}
