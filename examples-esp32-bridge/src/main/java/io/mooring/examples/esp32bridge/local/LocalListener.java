package io.mooring.examples.esp32bridge.local;

/** Hears from the local broker; must not block. */
public interface LocalListener {
  /** A message of a device; {@code acknowledge} once it is safe. */
  void published(LocalMessage message, Runnable acknowledge);

  /** The connection came or went; a sentence for people. */
  void changed(boolean connected, String note);
}
