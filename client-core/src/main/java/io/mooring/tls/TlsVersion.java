package io.mooring.tls;

/** The versions of TLS that Mooring speaks. Older ones have no code here. */
public enum TlsVersion {
  /** RFC 5246, with ECDHE and AEAD suites only. */
  TLS_1_2("TLSv1.2"),
  /** RFC 8446. */
  TLS_1_3("TLSv1.3");

  private final String standardName;

  TlsVersion(String standardName) {
    this.standardName = standardName;
  }

  /** The customary name: {@code TLSv1.2} or {@code TLSv1.3}. */
  public String standardName() {
    return standardName;
  }
}
