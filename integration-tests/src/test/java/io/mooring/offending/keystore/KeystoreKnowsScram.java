package io.mooring.offending.keystore;

import io.mooring.offending.scram.ScramKnowsKeystore;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class KeystoreKnowsScram {
  Class<?> beside() {
    return ScramKnowsKeystore.class;
  }
}
