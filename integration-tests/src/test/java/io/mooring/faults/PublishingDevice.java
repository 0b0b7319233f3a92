package io.mooring.faults;

import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.Publication;
import io.mooring.Qos;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.error.QueueFullException;
import io.mooring.outbox.Outbox;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * A device that publishes numbered messages through an outbox as fast as it can, QoS 1 and 2 in
 * turn, and says of each that it was accepted. With a count it ends once all, and what earlier runs
 * left, was delivered.
 */
final class PublishingDevice {
  static final String TOPIC = "plant/7/meter-0042/telemetry";

  private static final int UNDECIDED = 64;

  private PublishingDevice() {}

  public static void main(String[] arguments) throws InterruptedException {
    int port = Integer.parseInt(arguments[0]);
    Path root = Path.of(arguments[1]);
    Path outbox = Path.of(arguments[2]);
    long first = Long.parseLong(arguments[3]);
    long count = Long.parseLong(arguments[4]);
    try (SecureMqttClient client =
        SecureMqttClient.builder()
            .broker("mqtts://localhost:" + port)
            .clientId("meter-0042")
            .tls(TlsPolicy.trusting(root))
            .reconnect(Reconnect.DEFAULT.withBackOff(Duration.ofMillis(10), Duration.ofMillis(200)))
            .outbox(Outbox.in(outbox))
            .listener(PublishingDevice::tell)
            .dangerous()
            .anonymous()
            .build()) {
      client.start();
      Semaphore room = new Semaphore(UNDECIDED);
      for (long number = first; number - first < count; number++) {
        room.acquire();
        publish(client, number, room);
      }
      room.acquire(UNDECIDED);
      client.drained().toCompletableFuture().join();
    }
  }

  private static void tell(ConnectionState state) {
    if (state instanceof ConnectionState.Connected) {
      System.out.println("connected");
    }
  }

  private static void publish(SecureMqttClient client, long number, Semaphore room) {
    Qos qos = number % 2 == 0 ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE;
    String entry = Ledger.entry(qos, number);
    take(client, Message.to(TOPIC).payload(entry).qos(qos).build())
        .accepted()
        .whenComplete(
            (nothing, failure) -> {
              if (failure == null) {
                System.out.println("accepted " + entry + ".");
              } else {
                System.err.println(entry + ": " + failure.getMessage());
              }
              room.release();
            });
  }

  /** A full outbox is what happens to whoever is faster than the broker: it waits. */
  private static Publication take(SecureMqttClient client, Message message) {
    while (true) {
      try {
        return client.publish(message);
      } catch (QueueFullException e) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }
}
