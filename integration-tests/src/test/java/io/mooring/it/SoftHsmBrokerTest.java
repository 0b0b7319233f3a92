package io.mooring.it;

import io.mooring.identity.SaltedPassword;
import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs11Pin;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.scram.DerivedSaltedPassword;
import io.mooring.testkit.SoftHsm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;

class SoftHsmBrokerTest extends TokenBrokerContract {
  private static Path place;

  @BeforeAll
  static void makeToken() {
    place = SoftHsm.shared().initToken("brokers");
  }

  @Override
  Pkcs11Token open() {
    return Pkcs11Token.library(SoftHsm.shared().library())
        .tokenLabel("brokers")
        .pin(Pkcs11Pin.of(Secret.of(SoftHsm.PIN.toCharArray())))
        .open();
  }

  @Override
  SaltedPassword store(Pkcs11Token token, String label, DerivedSaltedPassword key) {
    byte[] bytes = key.copyBytes();
    try {
      return token.storeScramKey(
          label, key.mechanism(), key.userName(), key.salt(), key.iterations(), bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  void remove() throws Exception {
    Files.move(place, away());
  }

  @Override
  void bringBack() throws Exception {
    Files.move(away(), place);
  }

  /** Beside the folder of the tokens, where SoftHSM does not look. */
  private static Path away() {
    return place.getParent().resolveSibling("away");
  }
}
