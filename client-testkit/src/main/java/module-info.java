/**
 * Test certificates, a scripted adversary broker, an EST server, a fault proxy and a fake clock.
 * For tests and demos only.
 */
module io.mooring.testkit {
  requires java.logging;
  requires jdk.httpserver;
  requires jdk.jfr;
  requires com.sun.jna;
  requires org.bouncycastle.pkix;
  requires org.bouncycastle.provider;
  requires static org.jspecify;
  requires static org.junit.jupiter.api;
  requires static org.opentest4j;

  exports io.mooring.testkit;
}
