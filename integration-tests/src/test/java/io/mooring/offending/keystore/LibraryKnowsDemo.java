package io.mooring.offending.keystore;

import com.hivemq.embedded.EmbeddedHiveMQ;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class LibraryKnowsDemo {
  Class<?> demo() {
    return EmbeddedHiveMQ.class;
  }
}
