package io.mooring.internal.net;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that all sockets of the loop share, so that a connection costs none of its own: an
 * array to read into, where TLS finds its records, and direct memory to write from.
 */
final class LoopBuffers {
  private static final ThreadLocal<LoopBuffers> OF_THREAD =
      ThreadLocal.withInitial(LoopBuffers::new);

  private @Nullable ByteBuffer read;
  private @Nullable ByteBuffer write;

  private LoopBuffers() {}

  static ByteBuffer read(int size) {
    LoopBuffers buffers = OF_THREAD.get();
    ByteBuffer buffer = buffers.read;
    if (buffer == null) {
      buffer = ByteBuffer.allocate(size);
      buffers.read = buffer;
    }
    return buffer.clear();
  }

  static ByteBuffer write(int size) {
    LoopBuffers buffers = OF_THREAD.get();
    ByteBuffer buffer = buffers.write;
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(size);
      buffers.write = buffer;
    }
    return buffer.clear();
  }
}
