package io.mooring.bench.child;

import io.mooring.bench.peer.Peer;
import io.mooring.bench.peer.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;

/** Many connections of one client in one process. */
final class Crowd {
  private static final long PATIENCE_SECONDS = 120;
  private static final int WARM = 30;
  private static final int RATE = 100;

  private final Peer peer;
  private final ConcurrentLinkedQueue<Session> sessions = new ConcurrentLinkedQueue<>();
  private int serial;

  Crowd(Peer peer) {
    this.peer = peer;
  }

  /** So many connections, made and ended. */
  Reply warm(int count, int parallel) throws Exception {
    for (int made = 0; made < count; made += parallel) {
      connect(Math.min(parallel, count - made), parallel);
      closeAll();
    }
    return new Reply();
  }

  /**
   * What each of {@code count} further connections costs, beyond a process that has connected
   * before and holds one: heap after a collection, RSS after malloc has given back what is free,
   * native threads; and how long it took until the last was connected. At most {@code parallel} at
   * once are on their way.
   */
  Reply many(int count, int parallel) throws Exception {
    connect(WARM, parallel);
    closeAll();
    connect(1, 1);
    Footprint before = Footprint.take();
    long start = System.nanoTime();
    connect(count, parallel);
    long wall = System.nanoTime() - start;
    Footprint after = Footprint.take();
    return new Reply()
        .add("wall", wall)
        .add("heap", (double) (after.heap() - before.heap()) / count)
        .add("rss", (double) (after.rss() - before.rss()) / count)
        .add("threads", (double) (after.threads() - before.threads()) / count)
        .add("loops", after.loops());
  }

  /** Round trips of one connection from when the others begin to connect until the last has. */
  Reply storm(int others, int parallel) throws Exception {
    connect(WARM, parallel);
    closeAll();
    Session online = peer.connect("online").toCompletableFuture().get();
    // Warm: what is slow at first is not the storm's fault.
    RoundTrips.run(online, RATE, 2 * RATE);
    long start = System.nanoTime();
    FutureTask<Boolean> storm =
        new FutureTask<>(
            () -> {
              connect(others, parallel);
              return true;
            });
    Thread thread = new Thread(storm, "bench-storm");
    thread.start();
    List<Long> nanos = roundTripsUntil(online, storm);
    storm.get();
    long wall = System.nanoTime() - start;
    Reply reply = new Reply().add("wall", wall).add("samples", nanos.size());
    return Quantiles.add(reply, nanos.stream().mapToLong(Long::longValue).toArray());
  }

  /** The schedule goes on whatever the answers do, so that a standstill is seen as one. */
  private static List<Long> roundTripsUntil(Session online, Future<?> end) throws Exception {
    ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    Semaphore answers = new Semaphore(0);
    byte[] payload = new byte[RoundTrips.SIZE];
    long period = TimeUnit.SECONDS.toNanos(1) / RATE;
    int sent = 0;
    for (long due = System.nanoTime(); !end.isDone(); due += period) {
      RoundTrips.awaitTime(due);
      long from = due;
      sent++;
      online.publish(
          Session.TOPIC,
          1,
          payload,
          failure -> {
            if (failure == null) {
              nanos.add(System.nanoTime() - from);
            }
            answers.release();
          });
    }
    if (!answers.tryAcquire(sent, PATIENCE_SECONDS, TimeUnit.SECONDS) || nanos.size() < sent) {
      throw new IOException("The online client misses acknowledgements");
    }
    return List.copyOf(nanos);
  }

  private void connect(int count, int parallel) throws Exception {
    Semaphore room = new Semaphore(parallel);
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < count; i++) {
      take(room, 1);
      CompletionStage<? extends Session> connected = peer.connect("crowd-" + serial++);
      var unused =
          connected.whenComplete(
              (session, failure) -> {
                if (failure == null) {
                  sessions.add(session);
                } else {
                  failures.add(failure);
                }
                room.release();
              });
    }
    take(room, parallel);
    Throwable first = failures.peek();
    if (first != null) {
      throw new ExecutionException(failures.size() + " of " + count + " did not connect", first);
    }
  }

  private static void take(Semaphore room, int permits) throws IOException, InterruptedException {
    if (!room.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("Some connections are neither made nor refused after 120 s");
    }
  }

  /** Side by side, since some sleep in it. */
  private void closeAll() throws Exception {
    List<FutureTask<Boolean>> closings = new ArrayList<>();
    for (Session each = sessions.poll(); each != null; each = sessions.poll()) {
      Session session = each;
      FutureTask<Boolean> closing =
          new FutureTask<>(
              () -> {
                session.close();
                return true;
              });
      closings.add(closing);
      new Thread(closing, "bench-close").start();
    }
    for (FutureTask<Boolean> closing : closings) {
      closing.get();
    }
  }

  /**
   * The process when it has come to rest.
   *
   * @param loops Java threads that a client calls loop, worker, reader or the like: not the JVM's
   */
  private record Footprint(long heap, long rss, long threads, long loops) {
    static Footprint take() throws IOException, JMException {
      Rest.reach();
      long heap = Cold.usedHeap();
      List<String> status =
          Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.US_ASCII);
      return new Footprint(
          heap, field(status, "VmRSS:") * 1024, field(status, "Threads:"), ownThreads());
    }

    private static long ownThreads() {
      Thread[] all = new Thread[Thread.activeCount() * 2 + 16];
      int count = Thread.enumerate(all);
      return Arrays.stream(all, 0, count)
          .filter(thread -> thread.getName().matches("mooring-(loop|worker).*"))
          .count();
    }

    private static long field(List<String> status, String name) {
      String line = status.stream().filter(each -> each.startsWith(name)).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
  }
}
