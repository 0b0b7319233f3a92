package io.mooring.keystore;

import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;

class PemIdentityContractTest extends SoftwareKeyContract {
  @Override
  Opened open(TestIdentity made) throws Exception {
    Path own = Files.createTempDirectory(folder, "pem");
    PemIdentity identity =
        PemIdentity.open(
            made.writeChain(own.resolve("chain.pem")), made.writeKey(own.resolve("key.pem")));
    return new Opened(identity, identity);
  }
}
