/** Device identity, SCRAM keys, pins and authorities from keystore and PEM files and tokens. */
module io.mooring.keystore {
  requires static org.jspecify;
  requires static com.sun.jna;
  requires transitive io.mooring.core;
  requires org.bouncycastle.provider;

  exports io.mooring.keystore;
}
