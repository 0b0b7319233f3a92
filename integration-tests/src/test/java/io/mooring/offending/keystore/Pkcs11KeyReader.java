package io.mooring.offending.keystore;

import java.security.PrivateKey;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class Pkcs11KeyReader {
  byte[] read(PrivateKey key) {
    return key.getEncoded();
  }
}
