package io.mooring.offending.internal.wire;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class KnowsThread {
  String who() {
    return Thread.currentThread().getName();
  }
}
