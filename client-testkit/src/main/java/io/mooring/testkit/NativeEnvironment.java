package io.mooring.testkit;

import com.sun.jna.Function;

/**
 * Sets environment variables of this very process, for native libraries that read them when they
 * are first used. {@link System#getenv} and children made by {@link ProcessBuilder} do not see
 * them.
 */
final class NativeEnvironment {
  private NativeEnvironment() {}

  static void set(String name, String value) {
    int result = Function.getFunction("c", "setenv").invokeInt(new Object[] {name, value, 1});
    if (result != 0) {
      throw new IllegalStateException("setenv refused " + name);
    }
  }
}
