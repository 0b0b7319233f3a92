package io.mooring.examples.esp32bridge.gateway;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.error.MooringException;
import io.mooring.examples.esp32bridge.cloud.CloudLeg;
import io.mooring.examples.esp32bridge.config.BridgeConfig;
import io.mooring.examples.esp32bridge.config.CloudSettings;
import io.mooring.examples.esp32bridge.link.LineEvent;
import io.mooring.examples.esp32bridge.link.LinkReport;
import io.mooring.examples.esp32bridge.link.Result;
import io.mooring.examples.esp32bridge.serial.Line;
import io.mooring.examples.esp32bridge.store.Command;
import io.mooring.examples.esp32bridge.topic.Suffix;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the bridge itself publishes: how each device's link does, and what was refused. */
final class Reports {
  private static final int STATUS_BYTES = 10;
  private static final int PERCENT = 100;
  private static final int STEP = 10;
  private static final String JSON = "application/json";

  private final BridgeConfig config;
  private final CloudLeg cloud;
  private final Clock clock;
  private final Map<String, Integer> lastStatus = new HashMap<>();

  Reports(BridgeConfig config, CloudLeg cloud, Clock clock) {
    this.config = config;
    this.cloud = cloud;
    this.clock = clock;
  }

  /** Last-seen and link quality, retained; not while offline, since it would be of the past. */
  void link(Device device) {
    String id = device.settings().id();
    if (!cloud.isOnline(id)) {
      return;
    }
    Json json = new Json().put("online", device.isReachable());
    if (device.lastSeen() != 0) {
      json.put("lastSeen", Instant.ofEpochMilli(device.lastSeen()).toString());
    }
    json.put("waitingCommands", device.down().waiting()).put("heldMessages", device.held());
    Line line = device.line();
    if (line != null) {
      LinkReport report = line.report();
      json.put("line", line.name())
          .put("firmware", device.firmware())
          .put("quality", report.quality())
          .put("framesReceived", report.here().framesReceived())
          .put("framesSent", report.here().framesSent())
          .put("retransmitted", report.here().retransmitted())
          .put("crcErrors", report.here().crcErrors())
          .put("badTags", report.here().badTags())
          .put("replays", report.here().replays())
          .put("duplicates", report.here().duplicates())
          .put("unexpected", report.unexpected());
      if (report.roundTripNanos() >= 0) {
        json.put("roundTripMicros", TimeUnit.NANOSECONDS.toMicros(report.roundTripNanos()));
      }
    }
    publish(id, "link", Qos.AT_MOST_ONCE, true, json, null);
  }

  /** A command that ended without being done, with its own Correlation Data. */
  void refusedCommand(String id, Command command, Result why) {
    Json json =
        new Json()
            .put("topic", command.suffix())
            .put("code", why.code())
            .put("reason", why.words());
    publish(id, "refused", Qos.AT_LEAST_ONCE, false, json, command.correlation());
  }

  /** A board that was not let in. */
  void refusedBoard(String line, LineEvent.Refused refused, @Nullable Device device) {
    Json json =
        new Json()
            .put("line", line)
            .put("device", refused.device())
            .put("reason", refused.why().words());
    if (device != null) {
      publish(device.settings().id(), "refused", Qos.AT_LEAST_ONCE, false, json, null);
    } else {
      cloud.publishOwn(
          Message.to(config.base() + "/" + config.name() + "/refused")
              .payload(json.toString())
              .contentType(JSON)
              .build());
    }
  }

  private void publish(
      String id, String what, Qos qos, boolean retain, Json json, byte @Nullable [] correlation) {
    Message.Builder message =
        Message.to(config.base() + "/" + id + "/" + Suffix.RESERVED + "/" + what)
            .payload(json.toString())
            .contentType(JSON)
            .qos(qos)
            .retain(retain);
    if (correlation != null) {
      message.correlationData(correlation);
    }
    try {
      cloud.publish(id, message.build());
    } catch (MooringException e) {
      return; // a report gives way to what devices have to say
    }
  }

  /** The payload of STATUS. */
  byte[] status(Device device) {
    lastStatus.put(device.settings().id(), coarse(device));
    return ByteBuffer.allocate(STATUS_BYTES)
        .put((byte) (cloud.isOnline(device.settings().id()) ? 1 : 0))
        .put((byte) fill(device))
        .putLong(clock.millis())
        .array();
  }

  /** Whether the device was last told something else: the broker, or a tenth of the outbox. */
  boolean statusChanged(Device device) {
    Integer last = lastStatus.get(device.settings().id());
    return last == null || last != coarse(device);
  }

  private int coarse(Device device) {
    int online = cloud.isOnline(device.settings().id()) ? 1 : 0;
    return online * (PERCENT + 1) + fill(device) / STEP;
  }

  private int fill(Device device) {
    CloudSettings settings = config.cloud();
    long pending = cloud.pending(device.settings().id());
    return (int) Math.min(PERCENT, PERCENT * pending / settings.outboxMessages());
  }
}
