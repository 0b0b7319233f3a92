/** The numbers of a client in a registry of Micrometer. */
@SuppressWarnings("requires-transitive-automatic") // Micrometer has an automatic module only
module io.mooring.micrometer {
  requires static org.jspecify;
  requires transitive io.mooring.core;
  requires transitive micrometer.core;

  exports io.mooring.micrometer;
}
