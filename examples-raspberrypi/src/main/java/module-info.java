/** A Raspberry Pi that reports its temperature and obeys commands. */
module io.mooring.examples.raspberrypi {
  requires static org.jspecify;
  requires io.mooring.core;
  requires io.mooring.keystore;
  requires io.mooring.scram;
}
