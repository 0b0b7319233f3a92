package io.mooring.offending.internal.session;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class Synchronizes {
  synchronized int one() {
    return 1;
  }
}
