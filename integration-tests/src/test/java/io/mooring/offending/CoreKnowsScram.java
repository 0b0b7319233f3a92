package io.mooring.offending;

import io.mooring.offending.scram.ScramKnowsKeystore;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class CoreKnowsScram {
  final Object above = new ScramKnowsKeystore();
}
