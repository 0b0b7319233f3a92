package io.mooring.keystore;

import io.mooring.testkit.TestIdentity;

class KeyStoreIdentityContractTest extends SoftwareKeyContract {
  @Override
  Opened open(TestIdentity made) {
    KeyStoreIdentity identity =
        KeyStoreIdentity.of(made.keyStore(Samples.PASSWORD.toCharArray()), Samples.password());
    return new Opened(identity, identity);
  }
}
