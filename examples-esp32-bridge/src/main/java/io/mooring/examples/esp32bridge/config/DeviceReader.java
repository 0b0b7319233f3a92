package io.mooring.examples.esp32bridge.config;

import io.mooring.examples.esp32bridge.topic.DeviceTopics;
import io.mooring.examples.esp32bridge.topic.PublishRule;
import io.mooring.examples.esp32bridge.topic.SubscribeRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The devices of the file, one by one or a range of them at once. */
final class DeviceReader {
  private static final int MOST = 10_000;
  private static final int NUMBER = 1_000_000_000;

  /** {@code meter-[0001-1000]}: as many devices, numbers as wide as they are written. */
  private static final Pattern RANGE =
      Pattern.compile("([^\\[\\]]*)\\[(\\d{1,9})-(\\d{1,9})\\](.*)");

  private final Problems problems;
  private final String base;
  private final boolean serial;
  private final boolean local;
  private final Map<String, DeviceSettings> devices = new LinkedHashMap<>();
  private final Set<String> folded = new HashSet<>();

  DeviceReader(Problems problems, String base, boolean serial, boolean local) {
    this.problems = problems;
    this.base = base;
    this.serial = serial;
    this.local = local;
  }

  Map<String, DeviceSettings> all() {
    return devices;
  }

  void read(Section section) {
    section.allowOnly(List.of("leg", "line", "publish", "subscribe"));
    DeviceSettings.Leg leg =
        section.read(
            "leg",
            DeviceSettings.Leg.SERIAL,
            Values.oneOf(
                Map.of("serial", DeviceSettings.Leg.SERIAL, "local", DeviceSettings.Leg.LOCAL)));
    section.require("leg", "");
    if (leg == DeviceSettings.Leg.SERIAL ? !serial : !local) {
      problems.add(
          section.lineOf("leg"),
          "leg: there is no [" + (leg == DeviceSettings.Leg.SERIAL ? "serial" : "local") + "]");
    }
    if (leg == DeviceSettings.Leg.LOCAL && section.has("line")) {
      problems.add(section.lineOf("line"), "line: is for 'leg = serial'");
    }
    List<PublishRule> publish = section.all("publish", Values::publish);
    List<SubscribeRule> subscribe = section.all("subscribe", Values::subscribe);
    if (!section.has("publish") && !section.has("subscribe")) {
      problems.add(section.line(), "the device may neither publish nor subscribe");
    }
    for (String id : names(section)) {
      add(section, leg, id, publish, subscribe);
    }
  }

  /** The bridge reports on itself where a device of its name would. */
  void requireNone(String name, int line) {
    if (devices.containsKey(name)) {
      problems.add(line, "name: there is a [device " + name + "]; the bridge needs its own name");
    }
  }

  private void add(
      Section section,
      DeviceSettings.Leg leg,
      String id,
      List<PublishRule> publish,
      List<SubscribeRule> subscribe) {
    try {
      Values.name(id);
      DeviceTopics topics = new DeviceTopics(base + "/" + id, publish, subscribe);
      if (!folded.add(id.toLowerCase(Locale.ROOT)) && !devices.containsKey(id)) {
        problems.add(
            section.line(),
            "device "
                + id
                + ": another differs in upper and lower case only; they would share a key");
      }
      if (devices.put(id, new DeviceSettings(id, leg, section.text("line"), topics)) != null) {
        problems.add(section.line(), "device " + id + " stands a second time");
      }
    } catch (IllegalArgumentException e) {
      problems.add(section.line(), "[device " + section.name() + "]: " + e.getMessage());
    }
  }

  private List<String> names(Section section) {
    Matcher range = RANGE.matcher(section.name());
    if (!range.matches()) {
      return List.of(section.name());
    }
    int first = Integer.parseInt(range.group(2));
    int last = Integer.parseInt(range.group(3));
    if (last < first || last - first >= MOST || last >= NUMBER) {
      problems.add(
          section.line(), "'" + section.name() + "' is no range of 1 to " + MOST + " devices");
      return List.of();
    }
    String form = "%0" + range.group(2).length() + "d";
    List<String> names = new ArrayList<>();
    for (int i = first; i <= last; i++) {
      names.add(range.group(1) + String.format(Locale.ROOT, form, i) + range.group(4));
    }
    return names;
  }
}
