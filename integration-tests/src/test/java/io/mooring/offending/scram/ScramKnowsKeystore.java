package io.mooring.offending.scram;

import io.mooring.offending.keystore.KeystoreKnowsScram;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class ScramKnowsKeystore {
  Class<?> beside() {
    return KeystoreKnowsScram.class;
  }
}
