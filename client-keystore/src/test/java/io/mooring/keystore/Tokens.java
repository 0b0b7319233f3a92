package io.mooring.keystore;

import io.mooring.identity.Secret;
import io.mooring.testkit.SoftHsm;
import io.mooring.testkit.SwTpm;

/** Opens the tokens that the test kit makes. */
final class Tokens {
  private Tokens() {}

  static Pkcs11Token softHsm(String label) {
    return softHsm(label, SoftHsm.PIN).open();
  }

  static Pkcs11Token.Builder softHsm(String label, String pin) {
    return Pkcs11Token.library(SoftHsm.shared().library())
        .tokenLabel(label)
        .pin(Pkcs11Pin.of(Secret.of(pin.toCharArray())));
  }

  static Pkcs11Token tpm(String label) {
    return Pkcs11Token.library(SwTpm.shared().library())
        .tokenLabel(label)
        .pin(Pkcs11Pin.of(Secret.of(SwTpm.PIN.toCharArray())))
        .open();
  }
}
