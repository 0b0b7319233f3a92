package io.mooring.internal.session;

import org.jspecify.annotations.Nullable;

/**
 * Values by Packet Identifier or Topic Alias, 1 to 65,535: open addressing with linear probing, so
 * that a message costs no boxing and no node. Identifiers are handed out in turn, so they rarely
 * collide.
 */
final class PacketTable<T> {
  private static final int INITIAL = 16;

  private int[] keys = new int[INITIAL];
  private @Nullable Object[] values = new Object[INITIAL];
  private int size;

  int size() {
    return size;
  }

  boolean contains(int key) {
    return keys[slot(key)] == key;
  }

  @SuppressWarnings("unchecked")
  @Nullable T get(int key) {
    return (T) values[slot(key)];
  }

  void put(int key, T value) {
    int slot = slot(key);
    if (keys[slot] != key) {
      if (size + 1 > keys.length / 2) {
        grow();
        slot = slot(key);
      }
      keys[slot] = key;
      size++;
    }
    values[slot] = value;
  }

  @SuppressWarnings("unchecked")
  @Nullable T remove(int key) {
    int slot = slot(key);
    Object removed = values[slot];
    if (removed != null) {
      close(slot);
      size--;
    }
    return (T) removed;
  }

  void clear() {
    keys = new int[INITIAL];
    values = new Object[INITIAL];
    size = 0;
  }

  /** Where {@code key} is, or the free slot where it would go. */
  private int slot(int key) {
    int mask = keys.length - 1;
    int slot = key & mask;
    while (keys[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Frees {@code hole} and moves back what had probed past it, so that no tombstone is needed. */
  private void close(int hole) {
    int mask = keys.length - 1;
    int next = hole;
    while (true) {
      next = (next + 1) & mask;
      if (keys[next] == 0) {
        keys[hole] = 0;
        values[hole] = null;
        return;
      }
      int home = keys[next] & mask;
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        keys[hole] = keys[next];
        values[hole] = values[next];
        hole = next;
      }
    }
  }

  private void grow() {
    int[] oldKeys = keys;
    @Nullable Object[] oldValues = values;
    keys = new int[oldKeys.length * 2];
    values = new Object[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        values[slot] = oldValues[i];
      }
    }
  }
}
