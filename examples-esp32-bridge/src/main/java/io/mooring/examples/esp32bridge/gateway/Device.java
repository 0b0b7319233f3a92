package io.mooring.examples.esp32bridge.gateway;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.examples.esp32bridge.config.DeviceSettings;
import io.mooring.examples.esp32bridge.link.Farewell;
import io.mooring.examples.esp32bridge.link.LineEvent;
import io.mooring.examples.esp32bridge.link.LineMessage;
import io.mooring.examples.esp32bridge.link.Result;
import io.mooring.examples.esp32bridge.local.LocalLeg;
import io.mooring.examples.esp32bridge.local.LocalMessage;
import io.mooring.examples.esp32bridge.serial.Line;
import io.mooring.examples.esp32bridge.store.Command;
import io.mooring.examples.esp32bridge.topic.PublishRule;
import io.mooring.examples.esp32bridge.topic.Suffix;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One device, however it is reached. Used by the core's thread only. */
final class Device {
  static final String MESSAGE_ID = "bridge-message";

  private final DeviceSettings settings;
  private final UpLane up;
  private final DownLane down;
  private final Settlement settlement;
  private final Repeats repeats = new Repeats();
  private @Nullable Line line;
  private long session;
  private long stream;
  private int largestPayload;
  private String firmware = "";
  private boolean reachable;
  private long lastSeen;

  Device(DeviceSettings settings, UpLane up, DownLane down, Settlement settlement) {
    this.settings = settings;
    this.up = up;
    this.down = down;
    this.settlement = settlement;
  }

  DeviceSettings settings() {
    return settings;
  }

  DownLane down() {
    return down;
  }

  Repeats repeats() {
    return repeats;
  }

  @Nullable Line line() {
    return line;
  }

  long session() {
    return session;
  }

  String firmware() {
    return firmware;
  }

  boolean isReachable() {
    return reachable;
  }

  /** Unix time in milliseconds; 0 for never in this run. */
  long lastSeen() {
    return lastSeen;
  }

  void seen(long unixMillis) {
    lastSeen = unixMillis;
  }

  int held() {
    return up.waiting();
  }

  // ---- serial

  /** Opens a session on a line; a session that it had elsewhere ends. */
  void live(Line where, LineEvent.Live live) {
    Line before = line;
    if (before != null && (before != where || session != live.session())) {
      before.end(session, Farewell.MOVED);
    }
    line = where;
    session = live.session();
    stream = live.stream();
    largestPayload = live.largestPayload();
    firmware = live.firmware();
    reachable = true;
    settlement.stream(stream);
    down.open(command -> sendOnLine(where, live.session(), command));
  }

  /** True if this was the device's session. */
  boolean ended(Line where, LineEvent.Ended ended) {
    if (line != where || session != ended.session()) {
      return false;
    }
    line = null;
    reachable = false;
    down.shut();
    return true;
  }

  private DownLane.Sent sendOnLine(Line where, long to, Command command) {
    LineMessage message = toLine(command, 1);
    if (message.size() > largestPayload || !message.correlationFits()) {
      return DownLane.Sent.TOO_LARGE;
    }
    return where.send(to, message) ? DownLane.Sent.UNDER_WAY : DownLane.Sent.NOT_NOW;
  }

  private static LineMessage toLine(Command command, int qos) {
    return new LineMessage(
        qos,
        command.retain(),
        qos == 0 ? 0 : command.number(),
        command.suffix(),
        command.correlation(),
        command.content());
  }

  /** A command at QoS 0: now or never; false if never. */
  boolean sendOnce(Command command, @Nullable LocalLeg local, String base) {
    Line where = line;
    if (where != null) {
      LineMessage message = toLine(command, 0);
      return message.size() <= largestPayload
          && message.correlationFits()
          && where.send(session, message);
    }
    if (local != null && reachable) {
      local.publish(toLocal(command, base, 0));
      return true;
    }
    return false;
  }

  /** A message from the line. */
  void published(Line where, LineEvent.Published published) {
    LineMessage message = published.message();
    if (message.qos() == 0) {
      once(where, published.session(), message);
      where.processed(published.session());
      return;
    }
    long of = stream;
    Settlement.Arrival arrival =
        settlement.arrived(
            message.number(),
            (number, result) -> where.result(published.session(), number, result));
    switch (arrival) {
      case NEW -> accept(where, published, of);
      case TOO_MANY -> where.end(published.session(), Farewell.VIOLATION);
      default -> where.processed(published.session());
    }
  }

  private void accept(Line where, LineEvent.Published published, long of) {
    LineMessage message = published.message();
    long number = message.number();
    Judged judged = judge(message);
    Message out = judged.message();
    if (out == null) {
      settlement.decided(of, number, judged.why());
      where.processed(published.session());
      return;
    }
    String id = settings.id() + "/" + HexFormat.of().toHexDigits(of) + "/" + number;
    Message named = out.withTopic(out.topic()).userProperty(MESSAGE_ID, id).build();
    up.add(
        named,
        outcome -> {
          settlement.decided(of, number, result(outcome));
          where.processed(published.session());
        });
  }

  private void once(Line where, long from, LineMessage message) {
    Judged judged = judge(message);
    if (judged.message() == null) {
      where.result(from, 0, judged.why());
    } else {
      up.add(judged.message(), outcome -> {});
    }
  }

  private static Result result(UpLane.Outcome outcome) {
    return switch (outcome) {
      case ACCEPTED -> Result.ACCEPTED;
      case NOT_ALLOWED -> Result.TOPIC_NOT_ALLOWED;
      case DROPPED -> Result.FULL;
    };
  }

  /** The message for the cloud, or null and why not. */
  private record Judged(@Nullable Message message, Result why) {
    static Judged no(Result why) {
      return new Judged(null, why);
    }
  }

  private Judged judge(LineMessage message) {
    String suffix = message.topic();
    if (suffix == null || Suffix.problem(suffix) != null || !message.correlationFits()) {
      return Judged.no(Result.MALFORMED);
    }
    Optional<PublishRule> rule = settings.topics().publishRule(suffix);
    if (rule.isEmpty()) {
      return Judged.no(Result.TOPIC_NOT_ALLOWED);
    }
    if (message.retain() && !rule.get().retain()) {
      return Judged.no(Result.RETAIN_NOT_ALLOWED);
    }
    if (message.qos() > rule.get().qos().code()) {
      return Judged.no(Result.QOS_NOT_ALLOWED);
    }
    Qos qos = message.qos() == 0 ? Qos.AT_MOST_ONCE : rule.get().qos();
    Message.Builder out = outgoing(rule.get(), suffix, message.content(), qos, message.retain());
    if (message.correlation() != null) {
      out.correlationData(message.correlation());
    }
    return new Judged(out.build(), Result.ACCEPTED);
  }

  private Message.Builder outgoing(
      PublishRule rule, String suffix, byte[] content, Qos qos, boolean retain) {
    Message.Builder out =
        Message.to(settings.topics().topic(rule.map(suffix)))
            .payload(content)
            .qos(qos)
            .retain(retain);
    if (rule.expiry() != null) {
      out.expiry(rule.expiry());
    }
    return out;
  }

  // ---- local

  /** The local broker is there or gone. */
  void local(@Nullable LocalLeg leg, String base, Core core) {
    reachable = leg != null;
    if (leg == null) {
      down.shut();
    } else {
      down.open(
          command -> {
            leg.publish(toLocal(command, base, 1))
                .whenComplete(
                    (done, failure) -> core.execute(() -> delivered(command.number(), failure)));
            return DownLane.Sent.UNDER_WAY;
          });
    }
  }

  private void delivered(long number, @Nullable Throwable failure) {
    if (failure == null) {
      down.settled(number, Result.ACCEPTED);
    } else {
      down.returned(number);
    }
  }

  private LocalMessage toLocal(Command command, String base, int qos) {
    String response = command.responseTopic();
    Optional<String> below =
        response == null ? Optional.empty() : settings.topics().suffix(response);
    return new LocalMessage(
        settings.id(),
        command.suffix(),
        qos,
        command.retain(),
        command.content(),
        command.correlation(),
        below.map(suffix -> base + "/" + settings.id() + "/" + suffix).orElse(null),
        command.hops());
  }

  /** A message of the local broker; {@code done} once it needs no more care. */
  void published(LocalMessage message, String hops, String hopsProperty, Runnable done) {
    Optional<PublishRule> rule =
        Suffix.problem(message.suffix()) == null
            ? settings.topics().publishRule(message.suffix())
            : Optional.empty();
    if (rule.isEmpty()) {
      done.run();
      return;
    }
    Qos qos = message.qos() == 0 ? Qos.AT_MOST_ONCE : rule.get().qos();
    Message.Builder out =
        outgoing(
                rule.get(),
                message.suffix(),
                message.content(),
                qos,
                message.retain() && rule.get().retain())
            .userProperty(hopsProperty, hops);
    if (message.correlation() != null) {
      out.correlationData(message.correlation());
    }
    up.add(out.build(), outcome -> done.run());
  }
}
