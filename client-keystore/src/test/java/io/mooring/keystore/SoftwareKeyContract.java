package io.mooring.keystore;

import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestIdentity;

/** The contract for providers into which a key made elsewhere is brought. */
abstract class SoftwareKeyContract extends DeviceIdentityContract {
  /** Brings a chain and key into the provider and opens it. */
  abstract Opened open(TestIdentity made) throws Exception;

  @Override
  final Provided provide(KeyKind kind, TestIdentity issuing) throws Exception {
    TestIdentity made = issuing.issues("meter-0042").clientAuth().key(kind).create();
    return new Provided(open(made), made.path(), made.privateKey().getEncoded());
  }
}
