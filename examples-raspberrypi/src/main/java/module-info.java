/** A Raspberry Pi that reports what it measures and obeys commands. */
module io.mooring.examples.raspberrypi {
  requires static org.jspecify;
  requires com.pi4j;
  requires com.sun.jna;
  requires io.mooring.core;
  requires io.mooring.keystore;
  requires io.mooring.scram;

  // JNA implements the interface of the C library from outside.
  exports io.mooring.examples.raspberrypi.systemd to
      com.sun.jna;
}
