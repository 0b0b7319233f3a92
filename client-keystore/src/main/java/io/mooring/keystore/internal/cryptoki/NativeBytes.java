package io.mooring.keystore.internal.cryptoki;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/** Bytes in native memory for one call; wiped on {@link #close()}. */
final class NativeBytes implements AutoCloseable {
  private final Memory memory;

  private NativeBytes(Memory memory) {
    this.memory = memory;
  }

  static NativeBytes of(byte[] bytes) {
    Memory memory = new Memory(Math.max(1, bytes.length));
    memory.write(0, bytes, 0, bytes.length);
    return new NativeBytes(memory);
  }

  Pointer pointer() {
    return memory;
  }

  @Override
  public void close() {
    memory.clear();
    memory.close();
  }
}
