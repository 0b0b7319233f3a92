package io.mooring.faults;

import io.mooring.ClientCounters;
import io.mooring.InboundCounters;
import io.mooring.Message;
import io.mooring.MessageHandler;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeOptions.Overflow;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A device whose handlers take 10 ms each. Arguments: port, root certificate, then one {@link
 * Overflow} for each subscription {@code flood/N}. What comes on {@code calm} it publishes back,
 * and on the text {@code end} its counters, once nothing waits.
 */
final class FloodedDevice {
  static final Duration KEEP_ALIVE = Duration.ofSeconds(2);
  private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private FloodedDevice() {}

  public static void main(String[] arguments) throws InterruptedException {
    try (SecureMqttClient client =
        SecureMqttClient.builder()
            .broker("mqtts://localhost:" + arguments[0])
            .clientId("meter-0042")
            .connectTimeout(Duration.ofSeconds(30))
            .keepAlive(KEEP_ALIVE)
            .tls(TlsPolicy.trusting(Path.of(arguments[1])))
            .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())))
            .build()) {
      CountDownLatch end = new CountDownLatch(1);
      client.connect();
      for (int i = 2; i < arguments.length; i++) {
        client.subscribe(
            "flood/" + (i - 2),
            SubscribeOptions.DEFAULT.withOverflow(Overflow.valueOf(arguments[i])),
            work());
      }
      client.subscribe(
          "calm",
          message -> {
            if (message.payloadText().equals("end")) {
              end.countDown();
            } else {
              client.publish("answer", message.payload());
            }
          });
      end.await();
      while (client.counters().inbound().waiting() > 0) {
        LockSupport.parkNanos(WORK_NANOS);
      }
      client.publishAndWait(
          Message.of("answer", report(client.counters())), Duration.ofSeconds(20));
    }
  }

  /** Sleeping, as a handler does that waits for a bus or a disk. */
  private static MessageHandler work() {
    return message -> {
      long until = System.nanoTime() + WORK_NANOS;
      for (long left = WORK_NANOS; left > 0; left = until - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    };
  }

  /** {@code FILTER received handled dropped rest}, a line each, and {@code pauses N}. */
  private static String report(ClientCounters counters) {
    StringBuilder lines = new StringBuilder();
    Map<String, InboundCounters> each = new TreeMap<>(counters.subscriptions());
    each.put("all", counters.inbound());
    each.forEach(
        (filter, c) -> {
          long rest =
              c.handlerFailures() + c.ended() + c.unsolicited() + c.retainedRefused() + c.waiting();
          lines.append(
              "%s %d %d %d %d\n".formatted(filter, c.received(), c.handled(), c.dropped(), rest));
        });
    return lines.append("pauses " + counters.readingPauses()).toString();
  }
}
