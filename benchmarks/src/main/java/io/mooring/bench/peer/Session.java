package io.mooring.bench.peer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One connection. */
public interface Session {
  /** Where everything is published; one level more than a device would use at least. */
  String TOPIC = "bench/device/up";

  /** Publishes one message; returns before it is acknowledged. */
  void publish(String topic, int qos, byte[] payload, Completion completion) throws Exception;

  /** Publishes one message and waits until it is acknowledged. */
  default void publishAndWait(String topic, int qos, byte[] payload) throws Exception {
    CompletableFuture<Void> news = new CompletableFuture<>();
    publish(
        topic,
        qos,
        payload,
        failure -> {
          if (failure == null) {
            news.complete(null);
          } else {
            news.completeExceptionally(failure);
          }
        });
    news.get(30, TimeUnit.SECONDS);
  }

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
