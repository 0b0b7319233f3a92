package io.mooring.examples.raspberrypi;

import static io.mooring.examples.raspberrypi.RaspberryPi.FAILED;
import static io.mooring.examples.raspberrypi.RaspberryPi.STOPPED;
import static io.mooring.examples.raspberrypi.RaspberryPi.failed;
import static io.mooring.examples.raspberrypi.RaspberryPi.say;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionInfo;
import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeOptions.RetainHandling;
import io.mooring.Will;
import io.mooring.audit.OutboundOnly;
import io.mooring.error.MooringException;
import io.mooring.error.QueueFullException;
import io.mooring.examples.common.Pulse;
import io.mooring.examples.common.ServiceManager;
import io.mooring.examples.raspberrypi.hardware.Hardware;
import io.mooring.examples.raspberrypi.hardware.Json;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.outbox.Outbox;
import io.mooring.outbox.Overflow;
import io.mooring.policy.TopicPolicy;
import io.mooring.scram.Scram;
import io.mooring.tls.PinSet;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The device at work: one thread, one loop. Topics, below {@code plant/7/CLIENT-ID}: {@code
 * telemetry/+}, {@code event/+}, {@code state} and {@code about} are published; {@code command/+}
 * is obeyed and answered below {@code response}.
 */
final class Device {
  private static final Duration AUDIT_PERIOD = Duration.ofHours(1);
  private static final Duration FAREWELL = Duration.ofSeconds(2);
  private static final int OUTBOX_MESSAGES = 100_000;
  // Whoever asked has given up long before.
  private static final Duration ANSWER_LIVES = Duration.ofMinutes(1);
  // A watchdog that is fed three times as often as it asks for survives a late moment.
  private static final int PULSES = 3;
  // A retained command would be obeyed at every start, long after somebody meant it: those that the
  // broker holds are not fetched, and one that comes live is known by its flag.
  private static final SubscribeOptions COMMANDS =
      SubscribeOptions.DEFAULT
          .withRetainHandling(RetainHandling.DO_NOT_SEND)
          .withRetainAsPublished(true);

  private final Settings settings;
  private final Hardware hardware;
  private final HardwareThread thread;
  private final ServiceManager manager;
  private final Reload reload;
  private final BlockingQueue<Event> events;
  private final SecureMqttClient client;
  private final Reports reports;
  private final CommandDesk desk;
  private final Pulse pulse = new Pulse(System::nanoTime);
  private volatile LiveSettings live;

  Device(
      Settings settings,
      Pkcs12Identity keystore,
      Hardware hardware,
      HardwareThread thread,
      ServiceManager manager,
      Reload reload,
      BlockingQueue<Event> events) {
    this.settings = settings;
    this.hardware = hardware;
    this.thread = thread;
    this.manager = manager;
    this.reload = reload;
    this.events = events;
    this.live = settings.live();
    this.reports = new Reports(settings, hardware, thread, this::publish);
    this.desk =
        new CommandDesk(
            hardware,
            thread,
            () -> live,
            interval -> events.add(new Event.NewInterval(interval)),
            this::answer,
            System::nanoTime);
    ClientBuilder builder =
        SecureMqttClient.builder()
            .broker(settings.broker())
            .clientId(settings.clientId())
            .tls(TlsPolicy.trusting(keystore.authorities()).pinned(PinSet.of(keystore.pins())))
            .authenticate(Scram.keys(keystore.scram()))
            .topics(
                TopicPolicy.device(settings.base() + "/{clientId}")
                    .publish("telemetry/+", "event/+", "state", "about", "response/#")
                    .subscribe("command/+"))
            .outboundOnly(OutboundOnly.atConnect().every(AUDIT_PERIOD))
            .will(Will.of(state("offline")))
            .sessionExpiry(settings.keepCommands())
            .reconnect(settings.once() ? Reconnect.none() : Reconnect.DEFAULT)
            .listener(state -> events.add(new Event.Connection(state)));
    if (keystore.hasIdentity()) {
      builder.identity(keystore.identity());
    }
    if (settings.outbox() != null) {
      Outbox outbox =
          Outbox.in(settings.outbox())
              .atMost(OUTBOX_MESSAGES, settings.outboxBytes())
              .onOverflow(Overflow.DROP_OLDEST);
      builder.outbox(keystore.hasOutboxKey() ? outbox.encryptedWith(keystore.outboxKey()) : outbox);
    }
    this.client = builder.build();
  }

  int serve() throws InterruptedException {
    hardware.onButton(pressed -> events.add(new Event.Button(pressed)));
    say("Device " + settings.clientId() + ": " + hardware.describe());
    try (client;
        desk) {
      client
          .subscribe(
              settings.topic("command/+"), COMMANDS, received -> desk.take(received.message()))
          .whenComplete((receipt, failure) -> told("Subscribed to commands", failure));
      say("Connecting to " + settings.broker());
      if (settings.once()) {
        client.connectAsync();
      } else {
        client.start(); // whatever the network does; readings wait for it
      }
      // Not once connected: a device boots without its network, and must not be ended for that.
      notify(() -> manager.ready("Connecting to " + settings.broker()));
      return work();
    }
  }

  /** Events decide what is next, and time passing is the event null. */
  private int work() throws InterruptedException {
    Agenda report = new Agenda(live.interval());
    Agenda look = new Agenda(ConfigurationWatch.PERIOD);
    Agenda beat = new Agenda(manager.watchdog().map(d -> d.dividedBy(PULSES)).orElse(null));
    while (true) {
      long pause = Math.min(report.remaining(), Math.min(look.remaining(), beat.remaining()));
      Event event = events.poll(pause, TimeUnit.NANOSECONDS);
      if (event instanceof Event.Connection change) {
        Integer end = changed(change.state(), report);
        if (end != null) {
          return end;
        }
      } else if (event instanceof Event.Button button) {
        reports.button(button.pressed(), live.keepReadings());
      } else if (event instanceof Event.NewInterval change) {
        apply(live.withInterval(change.interval()), report);
      } else if (event instanceof Event.Stop stop) {
        return stopped(stop.why());
      }
      if (report.due()) {
        reports.begin(live.keepReadings());
      }
      if (look.due()) {
        readSettingsAgain(report);
      }
      if (beat.due()) {
        feedWatchdog();
      }
    }
  }

  /** The exit code if this is the end. */
  private @Nullable Integer changed(ConnectionState state, Agenda report) {
    pulse.state(state);
    if (state instanceof ConnectionState.Connected up) {
      print(up.info());
      notify(() -> manager.status("Connected to " + up.info().endpoint()));
      publish("State online", state("online"));
      publish("Birth", birth());
      report.now();
    } else if (state instanceof ConnectionState.Waiting waiting) {
      say("Not connected: " + waiting.cause().getMessage());
      say("Next attempt in " + waiting.delay().toMillis() + " ms");
      notify(() -> manager.status("Not connected: " + waiting.cause().getMessage()));
    } else if (state instanceof ConnectionState.Stopped stopped) {
      notify(() -> manager.stopping(String.valueOf(stopped.cause().getMessage())));
      return failed(FAILED, stopped.cause().getMessage());
    } else if (state instanceof ConnectionState.Disconnected end && end.cause() != null) {
      return failed(FAILED, end.cause().getMessage()); // only with --once
    }
    return null;
  }

  private void readSettingsAgain(Agenda report) {
    Reload.Outcome outcome = reload.look();
    if (outcome != null) {
      if (outcome.live() != null) {
        apply(outcome.live(), report);
      }
      say(outcome.said()); // behind it: whoever reads this may ask for the settings at once
    }
  }

  private void apply(LiveSettings changed, Agenda report) {
    live = changed;
    report.every(changed.interval());
  }

  /**
   * Says that it lives only if it does; systemd ends and starts again what has stopped saying so.
   */
  private void feedWatchdog() {
    pulse.ask(client);
    String hardwareAilment = Pulse.stuck("hardware has not returned", thread.busyFor());
    String ailment = hardwareAilment == null ? pulse.ailment() : hardwareAilment;
    if (ailment == null) {
      notify(manager::alive);
    } else {
      say("The watchdog is not fed: " + ailment);
    }
  }

  private int stopped(String why) {
    notify(() -> manager.stopping(why));
    if (client.state() instanceof ConnectionState.Connected) {
      sayGoodbye();
    }
    say("Stopped in good order: " + why);
    return STOPPED;
  }

  private void answer(Message command, String answer) {
    say("Command " + Command.printable(CommandDesk.name(command)) + ": " + answer);
    publish("Answer", Answer.to(command, settings.topic("response"), answer, ANSWER_LIVES));
  }

  /** Says so when the broker has acknowledged it, over this connection or the next. */
  private void publish(String what, Message message) {
    try {
      pulse
          .of(client.publish(message))
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

  /** Who is there: sent at each connection, and kept by the broker. */
  private Message birth() {
    String about =
        new Json()
            .text("board", hardware.model())
            .text("java", Runtime.version().toString())
            .text("hardware", hardware.describe())
            .text("settings", live.toString())
            .toString();
    return Message.to(settings.topic("about"))
        .payload(about)
        .contentType("application/json")
        .retain(true)
        .build();
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

  /** What is told to the service manager; the watchdog deals with one that cannot be told. */
  private interface Notice {
    void send() throws IOException;
  }

  private static void notify(Notice notice) {
    try {
      notice.send();
    } catch (IOException e) {
      say("Warning: " + e.getMessage());
    }
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

  /** Something that is to be done again and again. */
  private static final class Agenda {
    private @Nullable Duration period;
    private long next;

    Agenda(@Nullable Duration period) {
      this.period = period;
      this.next = System.nanoTime() + (period == null ? 0 : period.toNanos());
    }

    long remaining() {
      return period == null ? Long.MAX_VALUE : Math.max(0, next - System.nanoTime());
    }

    /** True when it is time; the next time is then a period away. */
    boolean due() {
      if (period == null || next - System.nanoTime() > 0) {
        return false;
      }
      next = System.nanoTime() + period.toNanos();
      return true;
    }

    void now() {
      next = System.nanoTime();
    }

    void every(Duration other) {
      period = other;
      next = System.nanoTime() + other.toNanos();
    }
  }
}
