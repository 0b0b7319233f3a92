package io.mooring.keystore;

import io.mooring.identity.Secret;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Path;

class Pkcs12IdentityContractTest extends SoftwareKeyContract {
  @Override
  Opened open(TestIdentity made) {
    Path file = folder.resolve("contract-" + made.keyKind() + System.nanoTime() + ".p12");
    try (Secret password = Samples.password()) {
      try (var writer = DeviceKeystoreFile.create(file, password)) {
        writer.putIdentity(made.privateKey(), made.chain()).save();
      }
      Pkcs12Identity keystore = Pkcs12Identity.open(file, password);
      return new Opened(keystore.identity(), keystore);
    }
  }
}
