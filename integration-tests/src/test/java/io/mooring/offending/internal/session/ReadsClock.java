package io.mooring.offending.internal.session;

import java.time.Instant;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class ReadsClock {
  Instant now() {
    return Instant.now();
  }
}
