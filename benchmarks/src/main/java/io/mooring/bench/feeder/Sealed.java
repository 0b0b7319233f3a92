package io.mooring.bench.feeder;

import java.util.ArrayDeque;
import java.util.Deque;

/** TLS records that wait to be sent. */
final class Sealed {
  /** Plaintext of one of these, in bytes. */
  static final int PLAINTEXT = 64 * 1024;

  /** Room for what TLS adds to it. */
  private static final int ROOM = PLAINTEXT + 1024;

  private final byte[] bytes;
  private final int length;
  private final int messages;

  /**
   * Takes them.
   *
   * @param length how much of the array they are
   * @param messages how many messages are in them that count against Receive Maximum
   */
  Sealed(byte[] bytes, int length, int messages) {
    this.bytes = bytes;
    this.length = length;
    this.messages = messages;
  }

  /** The records, and what an earlier use of the array has left behind them. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  int messages() {
    return messages;
  }

  /** Arrays for all connections: one at a time is fed, and fresh ones would be collected. */
  static final class Pool {
    private final Deque<byte[]> free = new ArrayDeque<>();

    synchronized byte[] take() {
      return free.isEmpty() ? new byte[ROOM] : free.pop();
    }

    synchronized void give(byte[] array) {
      free.push(array);
    }
  }
}
