package io.mooring.keystore;

import io.mooring.testkit.SoftHsm;
import org.junit.jupiter.api.BeforeAll;

class SoftHsmIdentityContractTest extends TokenContract {
  private static final String TOKEN = "contract";

  @BeforeAll
  static void makeToken() {
    SoftHsm.shared().initToken(TOKEN);
  }

  @Override
  Pkcs11Token token() {
    return Tokens.softHsm(TOKEN);
  }
}
