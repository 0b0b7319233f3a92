/** Keys, certificate requests and EST (RFC 7030) over the TLS policy of client-core. */
module io.mooring.enrol {
  requires static org.jspecify;
  requires transitive io.mooring.core;
  requires transitive io.mooring.keystore;
  requires org.bouncycastle.provider;

  exports io.mooring.enrol;
  exports io.mooring.enrol.rotation;
}
