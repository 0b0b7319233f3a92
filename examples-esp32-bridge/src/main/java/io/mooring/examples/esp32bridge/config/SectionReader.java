package io.mooring.examples.esp32bridge.config;

import io.mooring.Endpoint;
import io.mooring.examples.esp32bridge.config.BridgeConfig.CommandBounds;
import io.mooring.outbox.Overflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From sections to settings. Goes on after a problem, so that all are found at once. */
final class SectionReader {
  private static final Path NOWHERE = Path.of("/nowhere");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration DAY = Duration.ofDays(1);

  private final Problems problems;
  private final Path folder;

  SectionReader(Problems problems, Path file) {
    this.problems = problems;
    Path parent = file.toAbsolutePath().getParent();
    this.folder = parent == null ? file.toAbsolutePath() : parent;
  }

  BridgeConfig read(List<Section> sections) {
    Map<String, Section> single = new LinkedHashMap<>();
    for (Section section : sections) {
      boolean device = section.kind().equals("device");
      if (!device
          && !List.of("bridge", "cloud", "serial", "local", "commands").contains(section.kind())) {
        problems.add(
            section.line(),
            "there is no ["
                + section.kind()
                + "]; there are bridge, cloud, serial, local, commands"
                + " and device NAME");
      } else if (!device && !section.name().isEmpty()) {
        problems.add(section.line(), "[" + section.kind() + "] takes no name");
      } else if (!device && single.putIfAbsent(section.kind(), section) != null) {
        problems.add(section.line(), "[" + section.kind() + "] stands a second time");
      }
    }
    Section bridge = one(single, "bridge");
    bridge.allowOnly(List.of("name", "base", "state", "link-report"));
    String base = bridge.read("base", "plant/7", Values::base);
    SerialSettings serial = single.containsKey("serial") ? serial(one(single, "serial")) : null;
    LocalSettings local = single.containsKey("local") ? local(one(single, "local")) : null;
    DeviceReader devices = new DeviceReader(problems, base, serial != null, local != null);
    sections.stream().filter(s -> s.kind().equals("device")).forEach(devices::read);
    String name = bridge.read("name", "", Values::name);
    bridge.require("name", "");
    devices.requireNone(name, bridge.lineOf("name"));
    if (devices.all().isEmpty()) {
      problems.add(0, "there is no [device NAME]; a bridge without devices has nothing to do");
    }
    return new BridgeConfig(
        name,
        base,
        path(bridge, "state"),
        bridge.read("link-report", Duration.ofMinutes(1), Values.span(SECOND, DAY)),
        cloud(one(single, "cloud")),
        serial,
        local,
        commands(single.getOrDefault("commands", new Section("commands", "", 0, problems))),
        devices.all());
  }

  /** The section, or an empty one and a problem. */
  private Section one(Map<String, Section> sections, String kind) {
    Section section = sections.get(kind);
    if (section == null) {
      problems.add(0, "there is no [" + kind + "]");
      return new Section(kind, "", 0, problems);
    }
    return section;
  }

  private CloudSettings cloud(Section cloud) {
    cloud.allowOnly(
        List.of(
            "broker",
            "identity",
            "keystore",
            "storepass-file",
            "outbox-messages",
            "outbox-bytes",
            "outbox-overflow",
            "keep-alive"));
    cloud.require("broker", "");
    CloudSettings.Identity identity =
        cloud.read(
            "identity",
            CloudSettings.Identity.GATEWAY,
            Values.oneOf(
                Map.of(
                    "gateway", CloudSettings.Identity.GATEWAY,
                    "device", CloudSettings.Identity.DEVICE)));
    String keystore = resolve(cloud.require("keystore", ""));
    boolean placeholder = keystore.contains(CloudSettings.DEVICE);
    if (identity == CloudSettings.Identity.DEVICE && !placeholder) {
      problems.add(
          cloud.lineOf("keystore"),
          "keystore: with 'identity = device' each device has its own, so the name holds "
              + CloudSettings.DEVICE);
    }
    if (identity == CloudSettings.Identity.GATEWAY && placeholder) {
      problems.add(
          cloud.lineOf("keystore"),
          "keystore: " + CloudSettings.DEVICE + " stands for a device; say 'identity = device'");
    }
    return new CloudSettings(
        cloud.read("broker", new Endpoint("localhost", 8883), Endpoint::parse),
        identity,
        keystore,
        resolve(cloud.require("storepass-file", "")),
        cloud.read("outbox-messages", 10_000, Values.number(1, 10_000_000)),
        cloud.read("outbox-bytes", 64L << 20, Values.size(64L << 10, 1L << 40)),
        cloud.read(
            "outbox-overflow",
            Overflow.REJECT,
            Values.oneOf(
                Map.of(
                    "hold-back", Overflow.REJECT,
                    "drop-oldest", Overflow.DROP_OLDEST,
                    "drop-newest", Overflow.DROP_NEWEST))),
        cloud.read("keep-alive", Duration.ofMinutes(1), Values.span(SECOND, Duration.ofHours(18))));
  }

  private SerialSettings serial(Section serial) {
    serial.allowOnly(
        List.of(
            "line",
            "keys",
            "storepass-file",
            "keep-alive",
            "window",
            "payload",
            "rescan",
            "flood-pause"));
    List<SerialSettings.Line> lines = serial.all("line", SectionReader::line);
    if (!serial.has("line")) {
      problems.add(serial.line(), "[serial] lacks 'line', such as 'line = /dev/ttyUSB* 115200'");
    }
    return new SerialSettings(
        lines,
        path(serial, "keys"),
        path(serial, "storepass-file"),
        serial.read(
            "keep-alive",
            Duration.ofSeconds(5),
            Values.span(Duration.ofMillis(500), Duration.ofMinutes(1))),
        serial.read("window", 8, Values.number(1, 32)),
        serial.read("payload", 1024, Values.number(128, 8192)),
        serial.read(
            "rescan",
            Duration.ofSeconds(2),
            Values.span(Duration.ofMillis(100), Duration.ofHours(1))),
        serial.read(
            "flood-pause",
            Duration.ofSeconds(10),
            Values.span(Duration.ZERO, Duration.ofMinutes(5))));
  }

  private static SerialSettings.Line line(String text) {
    String[] words = text.split("\\s+", -1);
    if (words.length > 2 || !words[0].startsWith("/")) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a path, or a path and a baud rate, such as '/dev/ttyUSB* 115200'");
    }
    if (words[0].substring(0, words[0].lastIndexOf('/') + 1).contains("*")) {
      throw new IllegalArgumentException("'" + text + "': * stands behind the last slash only");
    }
    int baud = words.length == 1 ? 115_200 : Values.number(9_600, 3_000_000).apply(words[1]);
    return new SerialSettings.Line(words[0], baud);
  }

  private LocalSettings local(Section local) {
    local.allowOnly(
        List.of(
            "broker",
            "plaintext",
            "base",
            "keystore",
            "storepass-file",
            "user",
            "password-file",
            "keep-alive"));
    String broker = local.require("broker", "mqtts://localhost");
    boolean plaintext = broker.startsWith("mqtt://");
    checkPlaintext(local, plaintext);
    Endpoint endpoint =
        local.read(
            "broker",
            new Endpoint("localhost", 8883),
            text -> plaintext ? plaintextEndpoint(text) : Endpoint.parse(text));
    if (local.has("user") != local.has("password-file")) {
      problems.add(local.line(), "[local] 'user' and 'password-file' come together");
    }
    return new LocalSettings(
        endpoint.host(),
        endpoint.port(),
        plaintext,
        local.read("base", "site", Values::base),
        plaintext ? null : path(local, "keystore"),
        plaintext ? null : path(local, "storepass-file"),
        local.text("user"),
        local.has("password-file") ? path(local, "password-file") : null,
        local.read("keep-alive", Duration.ofMinutes(1), Values.span(SECOND, Duration.ofHours(18))));
  }

  private void checkPlaintext(Section local, boolean plaintext) {
    String said = local.text("plaintext");
    if (said != null && !said.equals(LocalSettings.CLOSED_NETWORK)) {
      problems.add(
          local.lineOf("plaintext"),
          "plaintext: only '" + LocalSettings.CLOSED_NETWORK + "' can stand here");
    }
    if (plaintext && said == null) {
      problems.add(
          local.lineOf("broker"),
          "broker: mqtt:// is plaintext. Use mqtts://; or, on a closed network only, add"
              + " 'plaintext = "
              + LocalSettings.CLOSED_NETWORK
              + "'");
    }
    if (!plaintext && said != null) {
      problems.add(
          local.lineOf("plaintext"), "plaintext: the broker is mqtts://; leave this line out");
    }
    if (plaintext && (local.has("keystore") || local.has("storepass-file"))) {
      problems.add(local.lineOf("keystore"), "keystore: is for mqtts://; mqtt:// proves no broker");
    }
  }

  private static Endpoint plaintextEndpoint(String text) {
    Endpoint endpoint = Endpoint.parse("mqtts" + text.substring("mqtt".length()));
    boolean named = text.substring("mqtt://".length()).matches(".*:\\d+/?");
    return named ? endpoint : new Endpoint(endpoint.host(), 1883);
  }

  private static CommandBounds commands(Section commands) {
    commands.allowOnly(List.of("per-device", "total", "bytes", "expiry"));
    return new CommandBounds(
        commands.read("per-device", 100, Values.number(1, 100_000)),
        commands.read("total", 10_000, Values.number(1, 1_000_000)),
        commands.read("bytes", 16L << 20, Values.size(64L << 10, 1L << 30)),
        commands.read("expiry", Duration.ofHours(1), Values.span(SECOND, Duration.ofDays(365))));
  }

  private Path path(Section section, String key) {
    String text = section.require(key, "");
    return text.isEmpty() ? NOWHERE : Path.of(resolve(text));
  }

  /** Relative paths hang below the folder of the configuration file. */
  private String resolve(String text) {
    return text.isEmpty() ? text : folder.resolve(text).toString();
  }
}
