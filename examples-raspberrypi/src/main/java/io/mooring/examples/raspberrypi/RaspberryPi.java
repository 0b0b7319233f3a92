package io.mooring.examples.raspberrypi;

import io.mooring.ConnectionInfo;
import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.ReceivedMessage;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeOptions.RetainHandling;
import io.mooring.Will;
import io.mooring.audit.OutboundOnly;
import io.mooring.error.MooringException;
import io.mooring.error.QueueFullException;
import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.policy.TopicPolicy;
import io.mooring.scram.Scram;
import io.mooring.tls.PinSet;
import io.mooring.tls.TlsPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A device as it ships: what it is allowed to trust and to be lies in one keystore file, it calls
 * out to one broker, reports, obeys two commands, and listens on no port.
 *
 * <p>Topics, below {@code plant/7/CLIENT-ID}: {@code telemetry/cpu} and {@code state} are
 * published, {@code command/led} ({@code on}, {@code off}) and {@code command/interval} (seconds)
 * are obeyed and answered below {@code response}.
 */
public final class RaspberryPi {
  private static final int STOPPED = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private static final Duration AUDIT_PERIOD = Duration.ofHours(1);
  private static final Duration FAREWELL = Duration.ofSeconds(2);
  private static final Duration TELEMETRY_EXPIRY = Duration.ofMinutes(10);
  // A retained command would be obeyed at every start, long after somebody meant it.
  private static final SubscribeOptions COMMANDS =
      SubscribeOptions.DEFAULT.withRetainHandling(RetainHandling.DO_NOT_SEND);

  private final Settings settings;
  private final Board board = Board.ofThisMachine();
  private final Led led = Led.ofThisMachine();
  private final BlockingQueue<Event> events;
  private final SecureMqttClient client;

  private RaspberryPi(Settings settings, Pkcs12Identity keystore, BlockingQueue<Event> events) {
    this.settings = settings;
    this.events = events;
    var builder =
        SecureMqttClient.builder()
            .broker(settings.broker())
            .clientId(settings.clientId())
            .tls(TlsPolicy.trusting(keystore.authorities()).pinned(PinSet.of(keystore.pins())))
            .authenticate(Scram.keys(keystore.scram()))
            .topics(
                TopicPolicy.device(settings.base() + "/{clientId}")
                    .publish("telemetry/cpu", "state", "response/#")
                    .subscribe("command/+"))
            .outboundOnly(OutboundOnly.atConnect().every(AUDIT_PERIOD))
            .will(Will.of(state("offline")))
            .reconnect(settings.once() ? Reconnect.none() : Reconnect.DEFAULT)
            .listener(state -> events.add(new Event.Connection(state)));
    if (keystore.hasIdentity()) {
      builder.identity(keystore.identity());
    }
    this.client = builder.build();
  }

  /** Runs until SIGTERM or Ctrl-C. Exit codes: 0 stopped, 1 failed for good, 2 usage. */
  public static void main(String[] args) throws InterruptedException {
    BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    Shutdown shutdown = Shutdown.onSignal(() -> events.add(new Event.Stop("signal")));
    int status = FAILED;
    try {
      status = run(args, events);
    } finally {
      shutdown.ended(status);
    }
    System.exit(status);
  }

  private static int run(String[] args, BlockingQueue<Event> events) throws InterruptedException {
    Settings settings;
    try {
      settings = Settings.parse(List.of(args), System.getenv());
    } catch (IllegalArgumentException e) {
      return failed(USAGE, e.getMessage() + "\n\n" + Settings.USAGE);
    }
    if (settings.stopWithStdin()) {
      Shutdown.atEndOfInput(() -> events.add(new Event.Stop("standard input closed")));
    }
    try (Secret storepass = Secret.fromFile(settings.storepassFile());
        Pkcs12Identity keystore = Pkcs12Identity.open(settings.keystore(), storepass)) {
      keystore.warnings().forEach(warning -> say("Warning: " + warning));
      return new RaspberryPi(settings, keystore, events).serve();
    } catch (MooringException | IllegalArgumentException e) {
      return failed(FAILED, e.getMessage());
    }
  }

  private int serve() throws InterruptedException {
    say("Device " + settings.clientId() + ": " + board.describe() + "; " + led.describe());
    try (client) {
      client
          .subscribe(settings.topic("command/+"), COMMANDS, this::obey)
          .whenComplete((receipt, failure) -> told("Subscribed to commands", failure));
      return connectAndReport();
    }
  }

  /** One thread, one loop: events decide what is next, and time passing is the event null. */
  private int connectAndReport() throws InterruptedException {
    Duration interval = settings.interval();
    long nextReport = System.nanoTime() + interval.toNanos();

    say("Connecting to " + settings.broker());
    if (settings.once()) {
      client.connectAsync();
    } else {
      client.start(); // whatever the network does; readings wait for it in the client's queue
    }
    while (true) {
      Event event = events.poll(nextReport - System.nanoTime(), TimeUnit.NANOSECONDS);

      if (event == null) {
        report();
        nextReport = System.nanoTime() + interval.toNanos();

      } else if (event instanceof Event.Connection change) {
        ConnectionState state = change.state();
        if (state instanceof ConnectionState.Connected up) {
          print(up.info());
          publish("State online", state("online"));
          report();
          nextReport = System.nanoTime() + interval.toNanos();
        } else if (state instanceof ConnectionState.Waiting waiting) {
          say("Not connected: " + waiting.cause().getMessage());
          say("Next attempt in " + waiting.delay().toMillis() + " ms");
        } else if (state instanceof ConnectionState.Stopped stopped) {
          return failed(FAILED, stopped.cause().getMessage());
        } else if (state instanceof ConnectionState.Disconnected end && end.cause() != null) {
          return failed(FAILED, end.cause().getMessage()); // only with --once
        }

      } else if (event instanceof Event.NewInterval change) {
        interval = change.interval();
        nextReport = System.nanoTime() + interval.toNanos();

      } else if (event instanceof Event.Stop stop) {
        if (client.state() instanceof ConnectionState.Connected) {
          sayGoodbye();
        }
        say("Stopped in good order: " + stop.why());
        return STOPPED;
      }
    }
  }

  private void report() {
    String reading = board.read().toJson();
    publish(
        "Telemetry " + reading,
        Message.to(settings.topic("telemetry/cpu"))
            .payload(reading)
            .contentType("application/json")
            .expiry(TELEMETRY_EXPIRY)
            .build());
  }

  /** Obeys or refuses; QoS 1 may bring a command twice, which does no harm to either of the two. */
  private void obey(ReceivedMessage received) {
    String name = received.topic().substring(received.topic().lastIndexOf('/') + 1);
    String answer;
    try {
      if (received.message().retain()) {
        throw new RefusedCommandException("a retained command is not obeyed");
      }
      answer = "ok: " + execute(Command.parse(name, received.payload()));
      say("Command " + name + " obeyed: " + answer);
    } catch (RefusedCommandException e) {
      answer = "error: " + e.getMessage();
      say("Command refused: " + e.getMessage());
    }
    publish("Answer", Answer.to(received.message(), settings.topic("response"), answer));
  }

  private String execute(Command command) throws RefusedCommandException {
    if (command instanceof Command.Switch wish) {
      return led.set(wish.on());
    }
    Duration interval = ((Command.Interval) command).period();
    events.add(new Event.NewInterval(interval));
    return "interval is " + interval.toSeconds() + " s";
  }

  /** Says so when the broker has acknowledged it, over this connection or the next. */
  private void publish(String what, Message message) {
    try {
      client
          .publish(message)
          .delivered()
          .whenComplete(
              (receipt, failure) ->
                  told(
                      what + " acknowledged" + (receipt == null ? "" : ": " + receipt.reason()),
                      failure));
    } catch (QueueFullException e) {
      say("FAILED: " + what + ": " + e.getMessage());
    }
  }

  /** After a normal DISCONNECT the broker publishes no Will, so the device says it itself. */
  private void sayGoodbye() {
    try {
      client.publishAndWait(state("offline"), FAREWELL);
    } catch (MooringException e) {
      say("State offline was not announced: " + e.getMessage());
    }
  }

  private Message state(String state) {
    return Message.to(settings.topic("state")).payload(state).retain(true).build();
  }

  private static void print(ConnectionInfo info) {
    say("Connected to " + info.endpoint() + " as " + info.clientId());
    say("  TLS          " + info.tlsVersion() + " " + info.cipherSuite());
    say("  pin matched  " + info.matchedPin());
    String proof = info.serverProof();
    say(
        "  broker proof "
            + (proof == null ? "none beyond TLS" : proof + ", server signature verified"));
    say("  session      " + (info.sessionPresent() ? "resumed" : "new"));
  }

  /** A stage that depends on another wraps its failure. */
  private static void told(String done, @Nullable Throwable failure) {
    if (failure == null) {
      say(done);
    } else {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      say("FAILED, not " + done + ": " + (cause == null ? failure : cause).getMessage());
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static int failed(int status, @Nullable String message) {
    System.out.flush();
    System.err.println("STOPPED: " + message);
    return status;
  }
}
