package io.mooring.faults;

import io.mooring.Message;
import io.mooring.SecureMqttClient;
import io.mooring.error.QueueFullException;
import io.mooring.outbox.Outbox;
import io.mooring.tls.TlsPolicy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes numbered messages of 1 KiB into its outbox without a connection, says how many were
 * accepted, then connects and says when all were delivered.
 */
final class OfflineDevice {
  static final String TOPIC = "plant/7/meter-0042/backlog";

  private static final int UNDECIDED = 256;

  private OfflineDevice() {}

  public static void main(String[] arguments) throws InterruptedException {
    int messages = Integer.parseInt(arguments[3]);
    try (SecureMqttClient client =
        SecureMqttClient.builder()
            .broker("mqtts://localhost:" + arguments[0])
            .clientId("meter-0042")
            .tls(TlsPolicy.trusting(Path.of(arguments[1])))
            .outbox(Outbox.in(Path.of(arguments[2])).atMost(messages, 1L << 30))
            .dangerous()
            .anonymous()
            .build()) {
      Semaphore room = new Semaphore(UNDECIDED);
      for (int number = 0; number < messages; number++) {
        room.acquire();
        publish(client, number)
            .whenComplete(
                (nothing, failure) -> {
                  if (failure != null) {
                    System.out.println(failure.getMessage());
                  }
                  room.release();
                });
      }
      room.acquire(UNDECIDED);
      System.out.println("accepted " + client.pending());
      client.start();
      client.drained().toCompletableFuture().join();
      System.out.println("drained");
      Runtime heap = Runtime.getRuntime();
      System.out.println("heap of " + heap.maxMemory() / 1024 + " KiB, outbox empty again");
    }
  }

  private static CompletionStage<Void> publish(SecureMqttClient client, int number) {
    byte[] payload = ByteBuffer.allocate(1024).putInt(number).array();
    while (true) {
      try {
        return client.publish(Message.of(TOPIC, payload)).accepted();
      } catch (QueueFullException e) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }
}
