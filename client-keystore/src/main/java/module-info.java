/** Device identity, SCRAM keys, pins and authorities from keystore and PEM files. */
module io.mooring.keystore {
  requires static org.jspecify;
  requires transitive io.mooring.core;

  exports io.mooring.keystore;
}
