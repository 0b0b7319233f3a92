package io.mooring.keystore.internal.cryptoki;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A CK_ATTRIBUTE[] in native memory with its values; wiped on {@link #close()}. */
final class NativeTemplate implements AutoCloseable {
  private final Memory memory;
  private final int count;

  NativeTemplate(Map<Long, byte[]> values) {
    long table = 3L * Words.SIZE * values.size();
    long size = table;
    for (byte[] value : values.values()) {
      size += Words.aligned(value.length);
    }
    this.count = values.size();
    this.memory = new Memory(Math.max(size, Words.SIZE));
    long entry = 0;
    long at = table;
    for (Map.Entry<Long, byte[]> value : values.entrySet()) {
      Words.put(memory, entry, value.getKey());
      byte[] bytes = value.getValue();
      memory.setPointer(entry + Words.SIZE, bytes.length == 0 ? null : memory.share(at));
      Words.put(memory, entry + 2L * Words.SIZE, bytes.length);
      memory.write(at, bytes, 0, bytes.length);
      entry += 3L * Words.SIZE;
      at += Words.aligned(bytes.length);
    }
  }

  @Nullable Pointer pointer() {
    return count == 0 ? null : memory;
  }

  @Override
  public void close() {
    memory.clear();
    memory.close();
  }
}
