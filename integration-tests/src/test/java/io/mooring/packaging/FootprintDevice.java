package io.mooring.packaging;

import com.sun.management.ThreadMXBean;
import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.keystore.PemIdentity;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The device whose footprint is measured, in a process of its own: {@code PORT FOLDER}. Says {@link
 * #PUBACK}, waits for a byte, prints a figure a line, says {@link #DONE}, and ends with its input.
 * One message is on its way at a time, so that how many share a record does not depend on the
 * machine.
 */
final class FootprintDevice {
  static final String PUBACK = "PUBACK";
  static final String DONE = "DONE";

  /** Messages before it is measured, and while it is. */
  static final int WARM = 500;

  static final int COUNT = 1_000;

  /** Clients beside the first. */
  static final int MORE_CLIENTS = 15;

  static final String UP = "footprint/up";
  static final String DOWN = "footprint/down";
  static final int SIZE = 64;
  private static final long PATIENCE_SECONDS = 20;

  private static final ThreadMXBean THREADS = threads();

  private final String uri;
  private final TlsPolicy tls;
  private final PemIdentity identity;

  private FootprintDevice(String port, Path folder) {
    uri = "mqtts://localhost:" + port;
    tls = TlsPolicy.trusting(folder.resolve("ca.pem"));
    identity = PemIdentity.open(folder.resolve("client.pem"), folder.resolve("client.key"));
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    new FootprintDevice(arguments[0], Path.of(arguments[1])).run();
  }

  private void run() throws IOException, InterruptedException {
    List<SecureMqttClient> clients = new ArrayList<>();
    SecureMqttClient client = connected("footprint-0");
    clients.add(client);
    publish(client, Qos.AT_LEAST_ONCE, new Semaphore(0));
    System.out.println(PUBACK);
    if (System.in.read() < 0) {
      return;
    }
    say("threads-1-client", ownThreads("mooring-"));
    say("alloc-publish-qos1", publishing(client, Qos.AT_LEAST_ONCE));
    say("alloc-publish-qos0", publishing(client, Qos.AT_MOST_ONCE));
    receiving(client);
    for (int i = 1; i <= MORE_CLIENTS; i++) {
      clients.add(connected("footprint-" + i));
    }
    say("threads-16-clients", ownThreads("mooring-"));
    say("threads-16-clients-stay", ownThreads("mooring-loop", "mooring-worker"));
    System.out.println(DONE);
    while (System.in.read() >= 0) {
      // Until the test has looked.
    }
    clients.forEach(SecureMqttClient::close);
  }

  private SecureMqttClient connected(String clientId) {
    SecureMqttClient client =
        SecureMqttClient.builder()
            .broker(uri)
            .clientId(clientId)
            .tls(tls)
            .identity(identity)
            .reconnect(Reconnect.none())
            .build();
    client.connect();
    return client;
  }

  private static long publishing(SecureMqttClient client, Qos qos) throws InterruptedException {
    Semaphore answers = new Semaphore(0);
    for (int i = 0; i < WARM; i++) {
      publish(client, qos, answers);
    }
    long before = allocated();
    for (int i = 0; i < COUNT; i++) {
      publish(client, qos, answers);
    }
    return (allocated() - before) / COUNT;
  }

  private static void publish(SecureMqttClient client, Qos qos, Semaphore answers)
      throws InterruptedException {
    var unused =
        client
            .publish(Message.to(UP).payload(new byte[SIZE]).qos(qos).build())
            .delivered()
            .whenComplete(new Answer(answers));
    await(answers);
  }

  /** First at QoS 1, at the broker's pace, which waits for each PUBACK; then echoes at QoS 0. */
  private static void receiving(SecureMqttClient client) throws InterruptedException {
    Semaphore warm = new Semaphore(0);
    Semaphore all = new Semaphore(0);
    Semaphore echo = new Semaphore(0);
    long[] allocated = new long[2];
    int[] come = new int[1];
    client
        .subscribe(
            DOWN,
            SubscribeOptions.DEFAULT.withQos(Qos.AT_LEAST_ONCE),
            message -> {
              come[0]++;
              if (come[0] == WARM) {
                allocated[0] = allocated();
                warm.release();
              } else if (come[0] == WARM + COUNT) {
                allocated[1] = allocated();
                all.release();
              } else if (come[0] > WARM + COUNT) {
                echo.release();
              }
            })
        .toCompletableFuture()
        .join();
    await(warm);
    await(all);
    // The broker has the last PUBACK, too: what it reads next is not that.
    await(echo);
    say("alloc-receive-qos1", (allocated[1] - allocated[0]) / COUNT);
    echoes(client, echo, WARM);
    long before = allocated();
    echoes(client, echo, COUNT);
    say("alloc-echo-qos0", (allocated() - before) / COUNT);
  }

  private static void echoes(SecureMqttClient client, Semaphore echo, int count)
      throws InterruptedException {
    for (int i = 0; i < count; i++) {
      client.publish(Message.to(UP).payload(new byte[SIZE]).qos(Qos.AT_MOST_ONCE).build());
      await(echo);
    }
  }

  private static void await(Semaphore event) throws InterruptedException {
    if (!event.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      System.err.println("Nothing came within " + PATIENCE_SECONDS + " s");
      Runtime.getRuntime().halt(1);
    }
  }

  private static void say(String figure, long value) {
    System.out.println(figure + " " + value);
  }

  private static ThreadMXBean threads() {
    return (ThreadMXBean) ManagementFactory.getThreadMXBean();
  }

  /** Bytes of all threads that live, the test's own waiting among them. */
  private static long allocated() {
    long sum = 0;
    for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }

  /** Threads that the library has started, and whose names begin so. */
  private static long ownThreads(String... names) {
    Thread[] all = new Thread[Thread.activeCount() * 2 + 16];
    int count = Thread.enumerate(all);
    long own = 0;
    for (int i = 0; i < count; i++) {
      String name = all[i].getName();
      own += Arrays.stream(names).anyMatch(name::startsWith) ? 1 : 0;
    }
    return own;
  }

  /** A record, since a lambda would count among the classes. */
  private record Answer(Semaphore answers) implements BiConsumer<PublishReceipt, Throwable> {
    @Override
    public void accept(@Nullable PublishReceipt receipt, @Nullable Throwable failure) {
      if (failure != null) {
        failure.printStackTrace();
        Runtime.getRuntime().halt(1);
      }
      answers.release();
    }
  }
}
