package io.mooring.offending.micrometer;

import io.mooring.offending.scram.ScramKnowsKeystore;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class MicrometerKnowsScram {
  Class<?> beside() {
    return ScramKnowsKeystore.class;
  }
}
