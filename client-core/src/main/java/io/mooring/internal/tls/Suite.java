package io.mooring.internal.tls;

import org.bouncycastle.tls.CipherSuite;

/** The cipher suites on offer: ECDHE and AEAD, nothing else. In order for a CPU with AES. */
enum Suite {
  TLS_AES_128_GCM_SHA256(CipherSuite.TLS_AES_128_GCM_SHA256),
  TLS_AES_256_GCM_SHA384(CipherSuite.TLS_AES_256_GCM_SHA384),
  TLS_CHACHA20_POLY1305_SHA256(CipherSuite.TLS_CHACHA20_POLY1305_SHA256),
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256),
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256(CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256),
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384),
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384(CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256(
      CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256),
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256(
      CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256);

  private final int code;

  Suite(int code) {
    this.code = code;
  }

  /** The numbers on the wire, ChaCha20 first if asked. */
  static int[] offer(boolean chaChaFirst) {
    Suite[] all = values();
    int[] codes = new int[all.length];
    int count = 0;
    for (int turn = 0; turn < 4; turn++) {
      boolean tls12 = turn >= 2;
      boolean chaCha = (turn % 2 == 0) == chaChaFirst;
      for (Suite suite : all) {
        if (suite.isTls12() == tls12 && suite.isChaCha() == chaCha) {
          codes[count++] = suite.code;
        }
      }
    }
    return codes;
  }

  /** The IANA name of a suite on offer. */
  static String nameOf(int code) {
    for (Suite suite : values()) {
      if (suite.code == code) {
        return suite.name();
      }
    }
    throw new IllegalArgumentException("suite " + Integer.toHexString(code) + " was never offered");
  }

  private boolean isTls12() {
    return name().contains("_WITH_");
  }

  private boolean isChaCha() {
    return name().contains("CHACHA20");
  }
}
