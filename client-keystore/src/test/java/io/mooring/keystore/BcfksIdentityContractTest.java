package io.mooring.keystore;

import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

class BcfksIdentityContractTest extends SoftwareKeyContract {
  /** Each costs seconds of scrypt, and the contract is about the family. */
  @Override
  Stream<KeyKind> kinds() {
    return Stream.of(KeyKind.EC_P256, KeyKind.RSA_2048);
  }

  @Override
  Opened open(TestIdentity made) throws Exception {
    Path own = Files.createTempDirectory(folder, "bcfks");
    BcfksIdentity keystore = Samples.bcfks(own, made);
    return new Opened(keystore.identity(), keystore);
  }
}
