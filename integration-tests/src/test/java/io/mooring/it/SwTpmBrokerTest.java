package io.mooring.it;

import io.mooring.identity.SaltedPassword;
import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs11Name;
import io.mooring.keystore.Pkcs11Pin;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.scram.DerivedSaltedPassword;
import io.mooring.testkit.SwTpm;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;

class SwTpmBrokerTest extends TokenBrokerContract {
  @BeforeAll
  static void makeToken() {
    SwTpm.shared().addToken("brokers");
  }

  @Override
  Pkcs11Token open() {
    return Pkcs11Token.library(SwTpm.shared().library())
        .tokenLabel("brokers")
        .pin(Pkcs11Pin.of(Secret.of(SwTpm.PIN.toCharArray())))
        .open();
  }

  @Override
  SaltedPassword store(Pkcs11Token token, String label, DerivedSaltedPassword key) {
    byte[] bytes = key.copyBytes();
    try {
      SwTpm.shared().importHmacKey("brokers", label, bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
    return token.adoptScramKey(
        Pkcs11Name.label(label), key.mechanism(), key.userName(), key.salt(), key.iterations());
  }

  @Override
  void remove() {
    SwTpm.shared().pull();
  }

  @Override
  void bringBack() throws Exception {
    SwTpm.shared().plugIn();
  }
}
