package io.mooring.keystore;

import io.mooring.identity.ScramKeys;

/**
 * Takes a device from one password to the next without a moment at which it could not log in:
 * {@link #put} keeps new SCRAM keys beside those in use, {@link #promote} puts them in their place
 * once the broker has taken them, {@link #remove} drops them. Each is a change in memory; {@link
 * DeviceKeystoreFile#save()} makes it durable in one step, or not at all.
 */
public final class PendingScram {
  private final DeviceKeystoreFile file;

  PendingScram(DeviceKeystoreFile file) {
    this.file = file;
  }

  /**
   * Keeps new keys, in place of pending ones; those in use stay in use.
   *
   * @throws IllegalArgumentException if the keys do not fit their mechanism
   */
  public PendingScram put(ScramKeys keys) {
    file.putScram(ScramSlot.PENDING, keys);
    return this;
  }

  /**
   * Puts the pending keys in the place of those in use, which are gone with the same save.
   *
   * @throws DeviceKeystoreException if there are none
   */
  public PendingScram promote() {
    file.promotePendingScram();
    return this;
  }

  /** Drops the pending keys; nothing if there are none. */
  public PendingScram remove() {
    file.removeScram(ScramSlot.PENDING);
    return this;
  }
}
