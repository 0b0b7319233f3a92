package io.mooring.examples.esp32bridge.local;

/** Hears from the local broker; must not block. */
public interface LocalListener {
  /** A message of a device; {@code acknowledge} once it is safe. */
  void published(LocalMessage message, Runnable acknowledge);

  /** The local broker will bring what one of a device's rules names, from now on. */
  void subscribed(String device, String filter);

  /** The connection came or went; a sentence for people. */
  void changed(boolean connected, String note);
}
