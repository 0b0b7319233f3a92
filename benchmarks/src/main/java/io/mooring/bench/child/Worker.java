package io.mooring.bench.child;

import io.mooring.bench.peer.Peer;
import io.mooring.bench.peer.Peers;
import io.mooring.bench.peer.Session;
import io.mooring.bench.peer.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The main class of a measured process that stays: {@code CLIENT PORT FOLDER} on the command line,
 * then a command a line on standard input, such as {@code publish qos=1 size=64 count=1000
 * window=100}, and a {@link Reply} a line on standard output. Ends with its standard input.
 */
public final class Worker {
  private final Peer peer;
  private final String prefix;
  private @Nullable Session session;
  private @Nullable Receiving receiving;
  private int serial;

  private Worker(String name, Peer peer) {
    // Two processes of one client may be connected at a time.
    this.prefix = "bench-" + name + "-" + ProcessHandle.current().pid() + "-";
    this.peer = peer;
  }

  /** Serves commands until the input ends. */
  public static void main(String[] arguments) throws Exception {
    // Whatever a client prints must not get between the figures.
    PrintStream replies = System.out;
    System.setOut(System.err);
    Target target = Target.of(Integer.parseInt(arguments[1]), Path.of(arguments[2]));
    Worker worker = new Worker(arguments[0], Peers.open(arguments[0], target));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      replies.println(worker.answer(line));
    }
    // Some clients leave threads behind that would keep the process.
    Runtime.getRuntime().halt(0);
  }

  private String answer(String line) {
    try {
      return run(new Command(line)).toString();
    } catch (Exception e) { // whatever a client throws becomes the answer
      e.printStackTrace();
      return Reply.FAILED + " " + e.toString().replace('\n', ' ');
    }
  }

  private Reply run(Command command) throws Exception {
    return switch (command.name()) {
      case "connect" -> connect();
      case "publish" -> Publishing.run(open(), command);
      case "receive" -> receiving(command).run(command);
      case "roundtrip" -> RoundTrips.run(open(), command.number("rate"), command.number("count"));
      case "roundtrip-wait" ->
          RoundTrips.runAwaited(open(), command.number("rate"), command.number("count"));
      case "many" -> new Crowd(peer).many(command.number("count"), command.number("parallel"));
      case "storm" -> new Crowd(peer).storm(command.number("count"), command.number("parallel"));
      case "durable" ->
          DurableCallers.run(
              open(), command.number("callers"), command.number("size"), command.number("count"));
      case "crowd" -> new Crowd(peer).warm(command.number("count"), command.number("parallel"));
      case "connects" -> connects(command.number("count"));
      default -> throw new IOException("unknown command " + command.name());
    };
  }

  private Reply connect() throws Exception {
    Session before = session;
    if (before != null) {
      before.close();
    }
    session = fresh();
    receiving = null;
    return new Reply();
  }

  private Receiving receiving(Command command) throws Exception {
    Receiving known = receiving;
    if (known == null) {
      known = Receiving.on(open(), command.number("qos"));
      receiving = known;
    }
    return known;
  }

  /** Connects and disconnects one after the other; only the way to CONNACK is timed. */
  private Reply connects(int count) throws Exception {
    long[] nanos = new long[count];
    Meter meter = Meter.start();
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      Session opened = fresh();
      nanos[i] = System.nanoTime() - start;
      opened.close();
    }
    return Quantiles.add(meter.stop(new Reply()), nanos);
  }

  private Session fresh() throws Exception {
    return peer.connect(prefix + serial++).toCompletableFuture().get();
  }

  private Session open() throws Exception {
    Session known = session;
    if (known == null) {
      known = fresh();
      session = known;
    }
    return known;
  }

  /** A command and its numbers. */
  record Command(String name, Map<String, Integer> numbers) {
    Command(String line) {
      this(line.split(" ", 2)[0], parse(line));
    }

    private static Map<String, Integer> parse(String line) {
      Map<String, Integer> numbers = new HashMap<>();
      String[] words = line.split(" ", -1);
      for (int i = 1; i < words.length; i++) {
        int equals = words[i].indexOf('=');
        numbers.put(words[i].substring(0, equals), Integer.valueOf(words[i].substring(equals + 1)));
      }
      return numbers;
    }

    int number(String key) {
      Integer value = numbers.get(key);
      if (value == null) {
        throw new IllegalArgumentException(name + " lacks " + key);
      }
      return value;
    }
  }
}
