package io.mooring.examples.esp32bridge.serial;

import java.io.IOException;

/** One open serial port: one thread reads, another writes. */
public interface Port extends AutoCloseable {
  /**
   * Reads what is there, waiting up to about 100 ms for it.
   *
   * @return how many bytes; 0 if none came
   * @throws IOException if the port is gone
   */
  int read(byte[] buffer) throws IOException;

  /**
   * Writes all; may block for as long as the line is stuck.
   *
   * @throws IOException if the port is gone
   */
  void write(byte[] bytes, int count) throws IOException;

  /** Closes the port; a read or write under way ends. */
  @Override
  void close();
}
