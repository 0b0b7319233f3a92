package io.mooring.offending;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class SharesArray {
  /** Anyone may write to it. */
  public static final byte[] SHARED = {1};

  private SharesArray() {}
}
