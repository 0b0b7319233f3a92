package io.mooring.examples.esp32bridge.cloud;

import io.mooring.Message;
import io.mooring.Publication;
import org.jspecify.annotations.Nullable;

/** The way to the cloud broker. Any thread; no call waits for the network. */
public interface CloudLeg extends AutoCloseable {
  /** Connects in the background from now on. */
  void start();

  /**
   * Publishes for a device; see {@link io.mooring.SecureMqttClient#publish}.
   *
   * @throws io.mooring.error.QueueFullException if the outbox is full
   * @throws io.mooring.error.PublishNotAllowedException if the policy does not allow it
   */
  Publication publish(String device, Message message);

  /** Publishes for the bridge itself; false if it has no connection of its own. */
  boolean publishOwn(Message message);

  /** Whether what this device publishes goes out now. */
  boolean isOnline(String device);

  /** Messages that wait in the outbox of this device. */
  int pending(String device);

  /** How many connections are up, in words. */
  String standing();

  /** Why nothing gets through any more though it should; null if it does. For the watchdog. */
  @Nullable String ailment();

  @Override
  void close();
}
