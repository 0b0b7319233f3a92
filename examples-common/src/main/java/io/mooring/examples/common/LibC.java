package io.mooring.examples.common;

import com.sun.jna.IntegerType;
import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;

/**
 * The calls of the C library that {@link NotifySocket} makes, as unix(7) has them on Linux. Public,
 * since JNA implements it from outside.
 */
public interface LibC extends Library {
  int socket(int domain, int type, int protocol) throws LastErrorException;

  int sendto(int socket, byte[] message, SizeT length, int flags, byte[] address, int size)
      throws LastErrorException;

  int close(int descriptor) throws LastErrorException;

  /** size_t: 32 bits on armhf, 64 elsewhere. */
  final class SizeT extends IntegerType {
    private static final long serialVersionUID = 1L;

    /** For JNA. */
    public SizeT() {
      this(0);
    }

    public SizeT(long value) {
      super(Native.SIZE_T_SIZE, value, true);
    }
  }
}
