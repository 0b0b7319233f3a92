package io.mooring.offending;

import io.mooring.offending.internal.session.Locks;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class ExportsInternal {
  /** Hidden behind one of our own packages. */
  public void accept(Locks locks) {}
}
