package io.mooring.offending;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class CountsGlobally {
  static int count;

  private CountsGlobally() {}
}
