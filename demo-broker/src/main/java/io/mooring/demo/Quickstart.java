package io.mooring.demo;

import io.mooring.error.MooringException;
import io.mooring.testkit.ListeningSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * The main job of Mooring in front of one's eyes: a demo broker and a device, each a process of its
 * own, then three attacks. Started by {@code ./quickstart}, which owns the temporary folder.
 */
public final class Quickstart {
  private static final String BASE = "plant/7";
  private static final Duration STARTS = Duration.ofSeconds(60);
  private static final Duration ANSWERS = Duration.ofSeconds(20);

  private static final int WIDTH = 110;
  private static final int INDENT = 28;

  private final Path folder;
  private final Path deviceJar;
  private final ChildJvms children;
  private int step;

  private Quickstart(Path folder, Path deviceJar, ChildJvms children) {
    this.folder = folder;
    this.deviceJar = deviceJar;
    this.children = children;
  }

  /** Arguments: an empty folder of ours, and the jar of the device program beside its lib. */
  public static void main(String[] arguments) {
    if (arguments.length != 2) {
      System.err.println("Usage: Quickstart FOLDER DEVICE-JAR; run ./quickstart instead");
      System.exit(2);
    }
    Path folder = Path.of(arguments[0]);
    ChildJvms children = new ChildJvms(folder);
    Runtime.getRuntime().addShutdownHook(new Thread(children::close, "end-children"));
    System.exit(run(folder, Path.of(arguments[1]), children));
  }

  private static int run(Path folder, Path deviceJar, ChildJvms children) {
    String failure;
    try {
      new Quickstart(folder, deviceJar, children).run();
      children.close();
      System.out.println();
      System.out.println("QUICKSTART OK");
      return 0;
    } catch (IOException | MooringException | CompletionException e) {
      failure = e.getMessage() == null ? e.toString() : e.getMessage();
    } catch (AssertionError e) {
      // A scripted broker tells by this that the device did not play its part.
      failure = e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = "interrupted";
    }
    boolean interrupted = children.isClosed();
    System.out.println();
    System.out.println("QUICKSTART FAILED: " + (interrupted ? "it was told to end" : failure));
    return 1;
  }

  private void run() throws IOException, InterruptedException {
    QuickstartKeys keys = QuickstartKeys.make(folder);
    say("Keys made: a CA, a broker certificate, a device keystore");
    more("keystore", "SCRAM-SHA-256 salted keys, 2 pins (1 backup), the CA; no password");

    ChildJvm broker = startBroker(keys);
    int port = Integer.parseInt(broker.await("READY", STARTS));
    String uri = "mqtts://localhost:" + port;
    say("Demo broker (HiveMQ CE with SCRAM) runs as process " + broker.pid());
    more("listens on", uri);

    String own = BASE + "/" + QuickstartKeys.DEVICE;
    try (QuickstartOperator operator = QuickstartOperator.connect(uri, keys, own)) {
      ChildJvm device = startDevice(keys, uri);
      say("Device (the Raspberry Pi example) runs as process " + device.pid());
      more("board", device.await("Device " + QuickstartKeys.DEVICE + ":", STARTS));
      connected(device, keys);
      telemetry(device, operator);
      device.await("Subscribed to commands", ANSWERS);
      commands(operator);
      listeningSockets(device);
      refusals(keys, port);
      stop(device, operator);
    }
  }

  private void connected(ChildJvm device, QuickstartKeys keys)
      throws IOException, InterruptedException {
    device.await("Connected to", ANSWERS);
    String pin = device.await("pin matched", ANSWERS);
    require(pin.equals(keys.broker().spkiPin()), "The device matched another pin: " + pin);
    String proof = device.await("broker proof", ANSWERS);
    require(proof.startsWith("SCRAM-SHA-256, server signature verified"), "Proof: " + proof);
    say("Device connected, its broker proven before anything was sent");
    more("TLS version and suite", device.await("TLS", ANSWERS));
    more("pin that matched", pin);
    more("broker's proof", proof);
  }

  private void telemetry(ChildJvm device, QuickstartOperator operator)
      throws IOException, InterruptedException {
    String acknowledged = device.await("Reading cpu", ANSWERS);
    String seen = operator.await("telemetry/cpu");
    require(acknowledged.startsWith(seen), "The operator saw something else: " + seen);
    say("Telemetry published and acknowledged");
    more("device", acknowledged);
    more("operator saw", seen);
  }

  private void commands(QuickstartOperator operator) throws IOException, InterruptedException {
    String answer = operator.command("led", "on");
    require(answer.startsWith("ok: led is on"), "The device answered: " + answer);
    say("Command obeyed: the operator published led = on");
    more("device answered", answer);
    String refusal = operator.command("reboot", "now");
    require(refusal.startsWith("error: unknown command"), "The device answered: " + refusal);
    more("to reboot = now", refusal);
  }

  private void listeningSockets(ChildJvm device) throws IOException {
    if (!Files.isDirectory(Path.of("/proc/self/fd"))) {
      say("Listening sockets of the device process: NOT READ, this system has no /proc");
      return;
    }
    var listening = ListeningSockets.ofProcess(device.pid());
    require(listening.isEmpty(), "The device process listens on " + listening);
    say("Listening sockets of the device process: " + listening.size());
    more("read from", "/proc/" + device.pid() + "/fd and net/{tcp,tcp6,udp,udp6}");
  }

  private void refusals(QuickstartKeys keys, int port) throws IOException, InterruptedException {
    var refusals = new QuickstartRefusals(keys, hostile -> startDevice(keys, hostile, "--once"));
    say("REFUSED: a broker with an unpinned key (same CA, same name)");
    more(refusals.unpinnedKey());
    say("REFUSED: an impostor with the right certificate that skips SCRAM");
    more(refusals.impostor());
    say("REFUSED: plaintext");
    more(refusals.plaintextScheme(port));
    more(refusals.plaintextPort());
  }

  private void stop(ChildJvm device, QuickstartOperator operator)
      throws IOException, InterruptedException {
    device.terminate();
    int code = device.awaitExit(ANSWERS);
    require(code == 0, "The device ended with " + code + " after SIGTERM");
    String state = operator.await("state");
    while (!state.equals("offline")) {
      state = operator.await("state");
    }
    say("Device stopped by SIGTERM: DISCONNECT, exit " + code);
    more("operator saw", "state " + state);
  }

  private ChildJvm startBroker(QuickstartKeys keys) throws IOException {
    return children.start(
        "demo broker",
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            DemoBrokerProcess.class.getName(),
            "--cert",
            keys.brokerChain().toString(),
            "--key",
            keys.brokerKey().toString(),
            "--users",
            keys.users().toString(),
            "--base",
            BASE));
  }

  private ChildJvm startDevice(QuickstartKeys keys, String uri, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-jar",
                deviceJar.toString(),
                "--broker",
                uri,
                "--client-id",
                QuickstartKeys.DEVICE,
                "--keystore",
                keys.deviceKeystore().toString(),
                "--storepass-file",
                keys.deviceStorepass().toString(),
                "--interval",
                "1",
                "--base",
                BASE,
                "--mock",
                "--stop-with-stdin"));
    arguments.addAll(List.of(more));
    return children.start("device", arguments);
  }

  private void say(String what) {
    step++;
    System.out.println();
    System.out.println((step < 10 ? " " : "") + step + ". " + what);
  }

  /** Long texts go on below their first words, for a terminal of 110 columns. */
  private static void more(String label, String text) {
    StringBuilder line = new StringBuilder(String.format("      %-22s", label));
    for (String word : text.split(" ", -1)) {
      if (line.length() + word.length() >= WIDTH) {
        System.out.println(line);
        line.setLength(0);
        line.append(" ".repeat(INDENT));
      }
      line.append(' ').append(word);
    }
    System.out.println(line);
  }

  private static void more(QuickstartRefusals.Refusal refusal) {
    more("device said", refusal.message());
    more("evidence", refusal.evidence());
  }

  private static void require(boolean held, String otherwise) throws IOException {
    if (!held) {
      throw new IOException(otherwise);
    }
  }
}
