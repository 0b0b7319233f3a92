package io.mooring.bench.child;

import io.mooring.bench.peer.Peers;
import io.mooring.bench.peer.Session;
import io.mooring.bench.peer.Target;
import io.mooring.bench.peer.Window;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The main class of a process whose start is measured: {@code CLIENT PORT FOLDER MODE}. Connects,
 * publishes one message at QoS 1 and prints {@link #PUBACK} when it is acknowledged. As little as
 * can be is loaded beside the client.
 *
 * <p>{@code stay} then waits, prints the used heap after a collection for each byte that it reads,
 * and ends with its input. {@code many} sends 1,000 more and prints {@link #SENT}. {@code train}
 * says goodbye and ends, for the list of classes.
 */
public final class Cold {
  /** The first message was acknowledged. */
  public static final String PUBACK = "PUBACK";

  /** A thousand messages were acknowledged. */
  public static final String SENT = "SENT";

  /** What stands before the used heap in bytes. */
  public static final String HEAP = "HEAP ";

  private static final int MESSAGES = 1_000;
  private static final int WINDOW = 10;
  private static final int SIZE = 64;

  private Cold() {}

  /** Runs one of the modes. */
  public static void main(String[] arguments) throws Exception {
    Target target = Target.of(Integer.parseInt(arguments[1]), Path.of(arguments[2]));
    Session session =
        Peers.open(arguments[0], target)
            .connect("cold-" + arguments[0])
            .toCompletableFuture()
            .get();
    byte[] payload = new byte[SIZE];
    Window first = new Window(1);
    first.enter();
    session.publish(Session.TOPIC, 1, payload, first);
    first.awaitEmpty();
    System.out.println(PUBACK);
    switch (arguments[3]) {
      case "train" -> session.close();
      case "many" -> {
        Window window = new Window(WINDOW);
        session.publishMany(1, payload, MESSAGES, window);
        window.awaitEmpty();
        System.out.println(SENT);
      }
      default -> stay();
    }
    System.exit(0);
  }

  private static void stay() throws IOException {
    while (System.in.read() >= 0) {
      System.out.println(HEAP + usedHeap());
    }
  }

  /** The heap that is in use after a full collection, in bytes. */
  static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
