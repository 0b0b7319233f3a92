/**
 * Test certificates, a scripted adversary broker, a fault proxy and a fake clock. For tests and
 * demos only.
 */
module io.mooring.testkit {
  requires org.bouncycastle.pkix;
  requires org.bouncycastle.provider;
  requires static org.jspecify;
  requires static org.opentest4j;

  exports io.mooring.testkit;
}
