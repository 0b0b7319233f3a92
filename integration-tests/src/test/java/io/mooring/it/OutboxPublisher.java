package io.mooring.it;

import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.Publication;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.QueueFullException;
import io.mooring.identity.Secret;
import io.mooring.outbox.Outbox;
import io.mooring.tls.TlsPolicy;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A device that is going to be killed: publishes numbered messages through an outbox as fast as it
 * can and prints {@code accepted N} for each that is durable, {@code delivered N} for each that was
 * acknowledged, {@code connected}, {@code lost ERROR} and {@code stopped ERROR}. Message N goes to
 * TOPIC/1 or TOPIC/2, after its QoS, with N as its payload. Connects again by itself, for ever.
 *
 * <p>Arguments, each {@code name=value}: {@code port}, {@code ca} (PEM file), {@code outbox}
 * (folder), {@code client}, {@code topic}, {@code user} and {@code password}; optional: {@code qos}
 * (1, 2 or mixed, which is the default), {@code from} (1), {@code count} (0 for endless), {@code
 * ahead} (256: how many may wait to be accepted), {@code bytes} (of outbox), {@code messages} (of
 * outbox), {@code drain} (false: stay; true: print {@code drained} and end once the broker has
 * all), {@code connect} (true), {@code receipts} (true: ask for each delivered stage, which holds
 * it in the heap), {@code padding} (0: spaces behind the number). Says {@code published} once all
 * of {@code count} are accepted.
 */
public final class OutboxPublisher {
  private static final String AHEAD = "256";
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private final Map<String, String> arguments = new HashMap<>();
  private final Semaphore ahead;

  private OutboxPublisher(String[] arguments) {
    for (String each : arguments) {
      int equals = each.indexOf('=');
      this.arguments.put(each.substring(0, equals), each.substring(equals + 1));
    }
    this.ahead = new Semaphore(Integer.parseInt(argument("ahead", AHEAD)));
  }

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    new OutboxPublisher(arguments).run();
  }

  private String argument(String name, String otherwise) {
    return arguments.getOrDefault(name, otherwise);
  }

  private void run() throws InterruptedException, ExecutionException {
    try (SecureMqttClient client = client()) {
      if (Boolean.parseBoolean(argument("connect", "true"))) {
        client.start();
      }
      publishAll(client);
      if (Boolean.parseBoolean(argument("drain", "false"))) {
        client.drained().toCompletableFuture().get();
        OUT.println("drained");
      } else {
        new CountDownLatch(1).await();
      }
    }
  }

  private SecureMqttClient client() {
    Outbox outbox =
        Outbox.in(Path.of(argument("outbox", "")))
            .atMost(
                Integer.parseInt(argument("messages", "100000")),
                Long.parseLong(argument("bytes", "67108864")));
    return SecureMqttClient.builder()
        .broker("mqtts://localhost:" + argument("port", ""))
        .clientId(argument("client", ""))
        .connectTimeout(Duration.ofSeconds(20))
        .sessionExpiry(Duration.ofDays(1))
        .tls(TlsPolicy.trusting(Path.of(argument("ca", ""))))
        .authenticate(
            PasswordAuthentication.of(
                argument("user", ""), Secret.of(argument("password", "").toCharArray())))
        .outbox(outbox)
        .listener(OutboxPublisher::stateChanged)
        .build();
  }

  private static void stateChanged(ConnectionState state) {
    if (state instanceof ConnectionState.Connected) {
      OUT.println("connected");
    } else if (state instanceof ConnectionState.Disconnected disconnected) {
      OUT.println("lost " + disconnected.cause());
    } else if (state instanceof ConnectionState.Stopped stopped) {
      OUT.println("stopped " + stopped.cause());
    }
  }

  private void publishAll(SecureMqttClient client) throws InterruptedException {
    long from = Long.parseLong(argument("from", "1"));
    long count = Long.parseLong(argument("count", "0"));
    for (long number = from; count == 0 || number < from + count; number++) {
      ahead.acquire();
      Publication publication = publish(client, number);
      long said = number;
      publication
          .accepted()
          .whenComplete(
              (nothing, failure) -> {
                OUT.println(failure == null ? "accepted " + said : "refused " + said + failure);
                ahead.release();
              });
      if (Boolean.parseBoolean(argument("receipts", "true"))) {
        publication.delivered().thenAccept(receipt -> OUT.println("delivered " + said));
      }
    }
    int all = Integer.parseInt(argument("ahead", AHEAD));
    ahead.acquire(all);
    OUT.println("published");
  }

  private Publication publish(SecureMqttClient client, long number) throws InterruptedException {
    Message message = message(number);
    while (true) {
      try {
        return client.publish(message);
      } catch (QueueFullException e) {
        new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
      }
    }
  }

  private Message message(long number) {
    int qos =
        switch (argument("qos", "mixed")) {
          case "1" -> 1;
          case "2" -> 2;
          default -> 1 + (int) (number % 2);
        };
    return Message.to(argument("topic", "") + "/" + qos)
        .qos(Qos.of(qos))
        .payload(number + " ".repeat(Integer.parseInt(argument("padding", "0"))))
        .build();
  }
}
