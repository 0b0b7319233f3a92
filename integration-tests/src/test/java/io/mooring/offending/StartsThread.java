package io.mooring.offending;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class StartsThread {
  void start() {
    new Thread(() -> {}).start();
  }
}
