package io.mooring.bench.peer;

/** Takes messages. Called on one thread at a time. */
@FunctionalInterface
public interface Sink {
  /**
   * A message has come.
   *
   * @param length of its payload in bytes
   */
  void message(int length);
}
