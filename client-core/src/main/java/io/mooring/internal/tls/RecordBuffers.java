package io.mooring.internal.tls;

/**
 * Room for one record each way, shared by all connections of a thread: a record is protected, or
 * opened, and used up before the next one. Two arrays, because an alert may be written while a
 * record is read.
 */
final class RecordBuffers {
  private static final ThreadLocal<RecordBuffers> OF_THREAD =
      new ThreadLocal<>() {
        @Override
        protected RecordBuffers initialValue() {
          return new RecordBuffers();
        }
      };

  private final byte[] opened = new byte[Records.MAX_RECORD];
  private final byte[] sealed = new byte[Records.MAX_RECORD];

  private RecordBuffers() {}

  /** Where plaintext goes. */
  static byte[] opened(int length) {
    byte[] shared = OF_THREAD.get().opened;
    return length <= shared.length ? shared : new byte[length];
  }

  /** Where ciphertext goes. */
  static byte[] sealed(int length) {
    byte[] shared = OF_THREAD.get().sealed;
    return length <= shared.length ? shared : new byte[length];
  }
}
