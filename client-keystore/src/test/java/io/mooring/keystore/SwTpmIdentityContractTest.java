package io.mooring.keystore;

import io.mooring.testkit.SwTpm;
import org.junit.jupiter.api.BeforeAll;

class SwTpmIdentityContractTest extends TokenContract {
  private static final String TOKEN = "contract";

  @BeforeAll
  static void makeToken() {
    SwTpm.shared().addToken(TOKEN);
  }

  @Override
  Pkcs11Token token() {
    return Tokens.tpm(TOKEN);
  }
}
