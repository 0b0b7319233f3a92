package io.mooring.keystore.internal.cryptoki;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A list of attributes, CK_ATTRIBUTE[]. The values are copied to native memory for one call and
 * overwritten after it.
 */
public final class Template {
  private final Map<Long, byte[]> values = new LinkedHashMap<>();

  /** Starts an empty list. */
  public static Template of() {
    return new Template();
  }

  /** Adds a CK_BBOOL. */
  public Template flag(long type, boolean value) {
    values.put(type, new byte[] {(byte) (value ? 1 : 0)});
    return this;
  }

  /** Adds a CK_ULONG. */
  public Template number(long type, long value) {
    byte[] bytes = new byte[Native.POINTER_SIZE];
    try (Memory word = new Memory(bytes.length)) {
      Words.put(word, 0, value);
      word.read(0, bytes, 0, bytes.length);
    }
    values.put(type, bytes);
    return this;
  }

  /** Adds bytes; the array is not copied until the call. */
  public Template bytes(long type, byte[] value) {
    values.put(type, value);
    return this;
  }

  /** Adds text in UTF-8. */
  public Template text(long type, String value) {
    return bytes(type, value.getBytes(StandardCharsets.UTF_8));
  }

  int size() {
    return values.size();
  }

  /** The attributes in native memory, values behind the table; the caller closes it. */
  NativeTemplate toNative() {
    return new NativeTemplate(values);
  }
}
