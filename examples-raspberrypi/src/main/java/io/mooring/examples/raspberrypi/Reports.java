package io.mooring.examples.raspberrypi;

import io.mooring.Message;
import io.mooring.examples.raspberrypi.hardware.Hardware;
import io.mooring.examples.raspberrypi.hardware.HardwareException;
import io.mooring.examples.raspberrypi.hardware.Json;
import io.mooring.examples.raspberrypi.hardware.Sensor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/** Reads all sensors on the hardware's thread and publishes what they say, one message each. */
final class Reports {
  private final Settings settings;
  private final Hardware hardware;
  private final HardwareThread thread;
  private final BiConsumer<String, Message> publish;
  private final AtomicBoolean underWay = new AtomicBoolean();
  // Only the hardware's thread uses it.
  private final Map<String, String> failing = new HashMap<>();

  /**
   * @param publish takes a line for people and the message; any thread
   */
  Reports(
      Settings settings,
      Hardware hardware,
      HardwareThread thread,
      BiConsumer<String, Message> publish) {
    this.settings = settings;
    this.hardware = hardware;
    this.thread = thread;
    this.publish = publish;
  }

  /** Begins a round; leaves it out while the one before is not done. */
  void begin(Duration keep) {
    if (!underWay.compareAndSet(false, true)) {
      return;
    }
    try {
      thread.post(
          () -> {
            try {
              hardware.sensors().forEach(sensor -> report(sensor, keep));
            } finally {
              underWay.set(false);
            }
          });
    } catch (RejectedExecutionException e) {
      // Commands fill the queue: this round is left out, and the next one is not far.
      underWay.set(false);
    }
  }

  private void report(Sensor sensor, Duration keep) {
    try {
      String reading = sensor.read();
      send("Reading " + sensor.name(), "telemetry/" + sensor.name(), reading, keep);
      if (failing.remove(sensor.name()) != null) {
        tell(sensor, "back", keep);
      }
    } catch (HardwareException e) {
      // Said once, not at each reading.
      String fault = String.valueOf(e.getMessage());
      if (!fault.equals(failing.put(sensor.name(), fault))) {
        tell(sensor, fault, keep);
      }
    }
  }

  private void tell(Sensor sensor, String state, Duration keep) {
    String event = new Json().text("sensor", sensor.name()).text("state", state).toString();
    send("Event", "event/hardware", event, keep);
  }

  /** The button was pressed or released. */
  void button(boolean pressed, Duration keep) {
    send("Event", "event/button", new Json().flag("pressed", pressed).toString(), keep);
  }

  private void send(String what, String topic, String json, Duration keep) {
    publish.accept(
        what + " " + json,
        Message.to(settings.topic(topic))
            .payload(json)
            .contentType("application/json")
            .expiry(keep)
            .build());
  }
}
