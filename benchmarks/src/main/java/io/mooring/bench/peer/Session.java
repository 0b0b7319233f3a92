package io.mooring.bench.peer;

/** One connection. */
public interface Session {
  /** Where everything is published; one level more than a device would use at least. */
  String TOPIC = "bench/device/up";

  /** Publishes one message; returns before it is acknowledged. */
  void publish(String topic, int qos, byte[] payload, Completion completion) throws Exception;

  /** Publishes so many messages, never more than the window has room for, and returns at once. */
  default void publishMany(int qos, byte[] payload, int count, Window window) throws Exception {
    for (int i = 0; i < count; i++) {
      window.enter();
      publish(TOPIC, qos, payload, window);
    }
  }

  /** Subscribes and waits for SUBACK. */
  void subscribe(String filter, int qos, Sink sink) throws Exception;

  /** Disconnects and waits until that is done. */
  void close() throws Exception;
}
