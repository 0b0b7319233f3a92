package io.mooring.internal.net;

import io.mooring.internal.tls.TlsMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * What TLS has to say to the broker and the socket has not taken yet. Belongs to the loop, and to
 * the worker while that has the machine.
 */
final class Ciphertext {
  private final TlsMachine tls;

  /** Taken from TLS, and not by the socket. */
  private @Nullable ByteBuffer rest;

  /** Once a write has failed, all fail: bytes were lost. */
  private @Nullable IOException broken;

  Ciphertext(TlsMachine tls) {
    this.tls = tls;
  }

  boolean isEmpty() {
    return rest == null && !tls.hasOutput();
  }

  /** How a write has failed, if one has. */
  @Nullable IOException broken() {
    return broken;
  }

  /** Bytes; of the machine's only if {@code withMachine}: it may be lent to the worker. */
  int length(boolean withMachine) {
    ByteBuffer left = rest;
    return (withMachine ? tls.output() : 0) + (left == null ? 0 : left.remaining());
  }

  /** Writes what {@code socket} takes, if it is connected; returns how that failed, or null. */
  @Nullable IOException writeTo(@Nullable SocketChannel socket) {
    return writeTo(socket, Link.READ_CHUNK);
  }

  /** The same, from a buffer of {@code atOnce} bytes, which the thread keeps. */
  @Nullable IOException writeTo(@Nullable SocketChannel socket, int atOnce) {
    if (broken != null || socket == null || !socket.isConnected()) {
      return broken;
    }
    try {
      ByteBuffer left = rest;
      if (left != null) {
        socket.write(left);
        if (left.hasRemaining()) {
          return null;
        }
        rest = null;
      }
      while (tls.hasOutput()) {
        ByteBuffer chunk = LoopBuffers.write(atOnce);
        tls.readOutput(chunk);
        chunk.flip();
        socket.write(chunk);
        if (chunk.hasRemaining()) {
          rest = ByteBuffer.allocate(chunk.remaining()).put(chunk).flip();
          return null;
        }
      }
      return null;
    } catch (IOException e) {
      broken = e;
      return e;
    }
  }
}
