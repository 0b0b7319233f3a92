package io.mooring.examples.esp32bridge.gateway;

import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReceivedMessage;
import io.mooring.UserProperty;
import io.mooring.examples.common.Pulse;
import io.mooring.examples.esp32bridge.cloud.CloudLeg;
import io.mooring.examples.esp32bridge.cloud.CloudListener;
import io.mooring.examples.esp32bridge.config.BridgeConfig;
import io.mooring.examples.esp32bridge.config.DeviceSettings;
import io.mooring.examples.esp32bridge.link.DeviceDirectory;
import io.mooring.examples.esp32bridge.link.DeviceKey;
import io.mooring.examples.esp32bridge.link.LineEvent;
import io.mooring.examples.esp32bridge.link.Result;
import io.mooring.examples.esp32bridge.local.Hops;
import io.mooring.examples.esp32bridge.local.LocalLeg;
import io.mooring.examples.esp32bridge.local.LocalListener;
import io.mooring.examples.esp32bridge.local.LocalMessage;
import io.mooring.examples.esp32bridge.serial.Line;
import io.mooring.examples.esp32bridge.serial.LineListener;
import io.mooring.examples.esp32bridge.store.Command;
import io.mooring.examples.esp32bridge.store.KeyValueLog;
import io.mooring.examples.esp32bridge.store.UpMemory;
import io.mooring.examples.esp32bridge.topic.SubscribeRule;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings the legs together. Legs call in from their own threads; what they say is done on the
 * core's.
 */
public final class Gateway {
  private static final long SWEEP_SECONDS = 1;

  private final BridgeConfig config;
  private final KeyValueLog store;
  private final Log log;
  private final Clock clock;
  private final Core core;
  private final Bounds bounds;
  private final Directory directory = new Directory();
  private final Map<String, Device> devices = new LinkedHashMap<>();
  private final CloudLeg cloud;
  private final Reports reports;
  private @Nullable LocalLeg local;
  private boolean localUp;

  /**
   * Reads what earlier runs left, and opens the cloud leg, which connects at {@link #start}.
   *
   * @param keys the key of each device on a serial line
   * @param legs makes the cloud leg
   * @param faults hears of what must not happen
   */
  public Gateway(
      BridgeConfig config,
      KeyValueLog store,
      Map<String, DeviceKey> keys,
      Function<CloudListener, CloudLeg> legs,
      Log log,
      Clock clock,
      Consumer<Throwable> faults) {
    this.config = config;
    this.store = store;
    this.log = log;
    this.clock = clock;
    this.core = new Core(faults);
    this.bounds = new Bounds(config.commands());
    this.cloud = legs.apply(new FromCloud());
    this.reports = new Reports(config, cloud, clock);
    SecureRandom random = new SecureRandom();
    for (DeviceSettings settings : config.devices().values()) {
      devices.put(settings.id(), device(settings, keys.get(settings.id()), random));
    }
  }

  /** Who lines ask about devices. */
  public DeviceDirectory lineDirectory() {
    return directory;
  }

  /** Who lines tell. */
  public LineListener lineListener() {
    return new FromLines();
  }

  /** Who the local broker tells. */
  public LocalListener localListener() {
    return new FromLocal();
  }

  /** Connects to the cloud, and to the local broker if there is one. */
  public void start(@Nullable LocalLeg localLeg) {
    local = localLeg;
    cloud.start();
    if (localLeg != null) {
      localLeg.start();
    }
    core.every(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    long period = config.linkReport().toMillis();
    core.every(this::reportAll, period, TimeUnit.MILLISECONDS);
  }

  /** How many connections are up, in words. */
  public String standing() {
    return cloud.standing();
  }

  /** Why nothing gets through any more though it should; null if it does. For the watchdog. */
  public @Nullable String ailment() {
    String stuck = Pulse.stuck("the core has not returned", core.busyFor());
    return stuck == null ? cloud.ailment() : stuck;
  }

  /** Ends the cloud leg and the core; lines and the local leg were ended before. */
  public void close() {
    core.shutdown();
    cloud.close();
  }

  private Device device(DeviceSettings settings, @Nullable DeviceKey key, SecureRandom random) {
    String id = settings.id();
    byte[] remembered = store.found().get("m/" + id);
    UpMemory memory = remembered == null ? UpMemory.NONE : UpMemory.read(remembered);
    byte[] streamed = store.found().get(DownLane.streamKey(id));
    long stream = streamed == null ? random.nextLong() : ByteBuffer.wrap(streamed).getLong();
    long first = streamed == null ? 1 : ByteBuffer.wrap(streamed).getLong(Long.BYTES);
    DownLane down =
        new DownLane(
            id,
            stream,
            first,
            store,
            core,
            bounds,
            clock,
            (command, why) -> refused(id, command, why));
    store.found().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(DownLane.commandPrefix(id)))
        .map(entry -> Command.read(entry.getValue()))
        .sorted(Comparator.comparingLong(Command::number))
        .forEach(down::found);
    if (key != null) {
      directory.put(id, key, settings.line(), stream, memory);
    }
    Settlement settlement =
        new Settlement("m/" + id, memory, store, core, settled -> directory.settled(id, settled));
    return new Device(settings, new UpLane(id, cloud, core, log), down, settlement);
  }

  private void sweep() {
    for (Device device : devices.values()) {
      device.down().sweep();
      Line line = device.line();
      if (line != null && reports.statusChanged(device)) {
        line.status(device.session(), reports.status(device));
      }
    }
  }

  private void reportAll() {
    devices.values().forEach(reports::link);
  }

  private void refused(String id, Command command, Result why) {
    log.sayOnce(
        "command " + id + why, "Command " + command.suffix() + " for " + id + ": " + why.words());
    reports.refusedCommand(id, command, why);
  }

  /** What the cloud says. */
  private final class FromCloud implements CloudListener {
    @Override
    public void command(String id, ReceivedMessage received) throws RefusedCommandException {
      Device device = devices.get(id);
      Message message = received.message();
      Optional<String> suffix =
          device == null ? Optional.empty() : device.settings().topics().suffix(received.topic());
      Optional<SubscribeRule> rule =
          device == null
              ? Optional.empty()
              : suffix.flatMap(device.settings().topics()::subscribeRule);
      if (device == null || suffix.isEmpty() || rule.isEmpty()) {
        throw new RefusedCommandException("nothing of " + id + " is on " + received.topic());
      }
      String hops = hops(message);
      if (Hops.isLoop(hops, config.name())) {
        log.sayOnce("loop " + id, "Loop broken: " + received.topic() + " came through " + hops);
        received.acknowledge();
        return;
      }
      Command command = waiting(message, suffix.get(), rule.get(), hops);
      if (message.qos() == Qos.AT_MOST_ONCE) {
        core.execute(() -> sendOnce(device, command));
        return;
      }
      String full = bounds.take(id, command.size());
      if (!full.isEmpty()) {
        log.sayOnce("bounds " + id, "Command for " + id + " refused: " + full);
        reports.refusedCommand(id, command, Result.FULL);
        throw new RefusedCommandException(full);
      }
      core.execute(() -> take(device, command, received));
    }

    private void take(Device device, Command command, ReceivedMessage received) {
      byte[] correlation = command.correlation();
      if (correlation != null) {
        String identity = command.suffix() + ' ' + HexFormat.of().formatHex(correlation);
        if (device.repeats().isRepeat(identity, received.duplicate())) {
          bounds.give(device.settings().id(), command.size());
          received.acknowledge();
          return;
        }
      }
      device.down().add(command, received::acknowledge);
    }

    private void sendOnce(Device device, Command command) {
      LocalLeg leg = localUp ? local : null;
      if (!device.sendOnce(command, leg, localBase())) {
        log.sayOnce(
            "qos0 " + device.settings().id(),
            "QoS 0 command for " + device.settings().id() + " dropped: it cannot take it now");
      }
    }

    @Override
    public void changed(String name, ConnectionState state) {
      if (state instanceof ConnectionState.Connected up) {
        log.say("Cloud: " + name + " connected to " + up.info().endpoint());
        core.execute(() -> connected(name));
      } else if (state instanceof ConnectionState.Waiting waiting) {
        log.sayOnce(
            "cloud " + name, "Cloud: " + name + " not connected: " + waiting.cause().getMessage());
      } else if (state instanceof ConnectionState.Stopped stopped) {
        log.say("Cloud: " + name + " GIVEN UP: " + stopped.cause().getMessage());
      }
    }

    private void connected(String name) {
      Device device = devices.get(name);
      if (device == null) {
        reportAll();
      } else {
        reports.link(device);
      }
    }

    @Override
    public void subscribed(String device, String filter) {
      log.say("Cloud: " + device + " is sent " + filter + " from now on");
    }

    @Override
    public void notSubscribed(String device, Throwable why) {
      log.say("Cloud: not subscribed for " + device + ": " + why.getMessage());
    }
  }

  private Command waiting(Message message, String suffix, SubscribeRule rule, String hops) {
    Duration wait = rule.expiry() == null ? config.commands().expiry() : rule.expiry();
    Duration own = message.expiry();
    if (own != null && own.compareTo(wait) < 0) {
      wait = own;
    }
    return new Command(
        0,
        clock.millis() + wait.toMillis(),
        message.retain(),
        suffix,
        message.responseTopic(),
        message.correlationData(),
        Hops.through(hops, config.name()),
        message.payload());
  }

  private static String hops(Message message) {
    return message.userProperties().stream()
        .filter(property -> property.name().equals(Hops.PROPERTY))
        .map(UserProperty::value)
        .findFirst()
        .orElse("");
  }

  private String localBase() {
    return config.local() == null ? "" : config.local().base();
  }

  /** What lines say. */
  private final class FromLines implements LineListener {
    @Override
    public void happened(Line line, LineEvent event) {
      core.execute(() -> handle(line, event));
    }

    @Override
    public void note(String text) {
      log.say(text);
    }

    private void handle(Line line, LineEvent event) {
      if (event instanceof LineEvent.Refused refused) {
        refused(line, refused);
      } else if (event instanceof LineEvent.Live live) {
        live(line, live);
      } else if (event instanceof LineEvent.Ended ended) {
        ended(line, ended);
      } else if (event instanceof LineEvent.Published published) {
        Device device = devices.get(published.device());
        if (device != null && device.line() == line && device.session() == published.session()) {
          device.seen(clock.millis());
          device.published(line, published);
        }
      } else if (event instanceof LineEvent.Settled settled) {
        Device device = devices.get(settled.device());
        if (device != null && settled.number() != 0) {
          device.seen(clock.millis());
          device.down().settled(settled.number(), settled.result());
        }
      }
    }

    private void refused(Line line, LineEvent.Refused refused) {
      String who = refused.device().isEmpty() ? "a board" : refused.device();
      String subject = "refused " + line.name() + refused.device() + refused.why();
      if (log.sayOnce(
          subject, "REFUSED on " + line.name() + ": " + who + ": " + refused.why().words())) {
        reports.refusedBoard(line.name(), refused, devices.get(refused.device()));
      }
    }

    private void live(Line line, LineEvent.Live live) {
      Device device = devices.get(live.device());
      if (device == null) {
        return; // the directory has none but these
      }
      device.seen(clock.millis());
      device.live(line, live);
      line.status(live.session(), reports.status(device));
      log.sayOnce(
          "live " + live.device(),
          "Device " + live.device() + " on " + line.name() + " (" + live.firmware() + ")");
      reports.link(device);
    }

    private void ended(Line line, LineEvent.Ended ended) {
      Device device = devices.get(ended.device());
      if (device != null && device.ended(line, ended)) {
        log.sayOnce(
            "ended " + ended.device() + ended.why(),
            "Device " + ended.device() + " gone from " + line.name() + ": " + ended.why().words());
        reports.link(device);
      }
    }
  }

  /** What the local broker says. */
  private final class FromLocal implements LocalListener {
    @Override
    public void subscribed(String device, String filter) {
      log.say("Local: " + device + " may publish " + filter + " from now on");
    }

    @Override
    public void published(LocalMessage message, Runnable acknowledge) {
      core.execute(
          () -> {
            Device device = devices.get(message.device());
            if (device == null || Hops.isLoop(message.hops(), config.name())) {
              log.sayOnce(
                  "local loop " + message.device(),
                  "Loop broken: " + message.suffix() + " of " + message.device());
              acknowledge.run();
              return;
            }
            device.seen(clock.millis());
            String hops = Hops.through(message.hops(), config.name());
            device.published(message, hops, Hops.PROPERTY, acknowledge);
          });
    }

    @Override
    public void changed(boolean connected, String note) {
      log.sayOnce("local " + connected, "Local: " + note);
      core.execute(
          () -> {
            if (connected != localUp) {
              localUp = connected;
              for (Device device : devices.values()) {
                if (device.settings().leg() == DeviceSettings.Leg.LOCAL) {
                  device.local(connected ? local : null, localBase(), core);
                  reports.link(device);
                }
              }
            }
          });
    }
  }
}
