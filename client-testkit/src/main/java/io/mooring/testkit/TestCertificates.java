package io.mooring.testkit;

/**
 * The way in to certificates made at test time, so that no fixture ever expires.
 *
 * <pre>{@code
 * TestIdentity root = TestCertificates.ca("Test Root").create();
 * TestIdentity issuing = root.issuesCa("Issuing CA").pathLength(0).create();
 * TestIdentity broker = issuing.issues("broker").dns("localhost").ip("127.0.0.1").serverAuth().create();
 * }</pre>
 */
public final class TestCertificates {
  private TestCertificates() {}

  /** Starts a self-signed certification authority with the given common name. */
  public static CertificateBuilder ca(String commonName) {
    return new CertificateBuilder(commonName, null).authority();
  }

  /** Starts a self-signed certificate that is no authority, as a broker made by hand has. */
  public static CertificateBuilder selfSigned(String commonName) {
    return new CertificateBuilder(commonName, null);
  }

  /** A server certificate for localhost, 127.0.0.1 and ::1 from a fresh authority of its own. */
  public static TestIdentity localhost() {
    return ca("Test CA").create().server("localhost");
  }
}
