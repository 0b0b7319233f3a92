package io.mooring.offending;

import java.util.concurrent.ConcurrentHashMap;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class RegistersGlobally {
  static final ConcurrentHashMap<String, String> REGISTRY = new ConcurrentHashMap<>();

  private RegistersGlobally() {}
}
