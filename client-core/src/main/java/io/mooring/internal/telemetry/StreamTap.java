package io.mooring.internal.telemetry;

/**
 * Hears the plaintext of one connection, for the bench; null on every connection that nobody
 * traces. On the event loop; the array is valid during the call only.
 */
public interface StreamTap {
  /** Bytes that leave. */
  void sent(byte[] bytes, int offset, int length);

  /** Bytes that came. */
  void received(byte[] bytes, int offset, int length);

  /** The connection is over. */
  void ended();
}
