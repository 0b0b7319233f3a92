/** What the example programs share: an orderly end, sd_notify(3) and what feeds a watchdog. */
module io.mooring.examples.common {
  requires static org.jspecify;
  requires com.sun.jna;
  requires transitive io.mooring.core;

  exports io.mooring.examples.common;
}
