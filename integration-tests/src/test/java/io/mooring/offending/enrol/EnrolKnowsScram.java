package io.mooring.offending.enrol;

import io.mooring.offending.scram.ScramKnowsKeystore;
import org.bouncycastle.util.encoders.Hex;

/** Breaks two rules of io.mooring.architecture on purpose. */
public final class EnrolKnowsScram {
  Class<?> beside() {
    return ScramKnowsKeystore.class;
  }

  Class<?> beyondAsn1() {
    return Hex.class;
  }
}
