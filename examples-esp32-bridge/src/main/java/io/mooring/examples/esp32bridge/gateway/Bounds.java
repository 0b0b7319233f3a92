package io.mooring.examples.esp32bridge.gateway;

import io.mooring.examples.esp32bridge.config.BridgeConfig.CommandBounds;
import java.util.HashMap;
import java.util.Map;

/** How much waits for devices, and whether more may. Any thread. */
final class Bounds {
  private final CommandBounds most;
  private final Map<String, Integer> perDevice = new HashMap<>();
  private int total;
  private long bytes;

  Bounds(CommandBounds most) {
    this.most = most;
  }

  /** Takes room; an empty text, or why there is none. */
  synchronized String take(String device, long size) {
    int own = perDevice.getOrDefault(device, 0);
    if (own >= most.perDevice()) {
      return own + " commands wait for " + device + " already (per-device)";
    }
    if (total >= most.total()) {
      return total + " commands wait for all devices already (total)";
    }
    if (bytes + size > most.bytes()) {
      return bytes + " bytes of commands wait already (bytes)";
    }
    force(device, size);
    return "";
  }

  /** Takes room for what was stored by an earlier run. */
  synchronized void force(String device, long size) {
    perDevice.merge(device, 1, Integer::sum);
    total++;
    bytes += size;
  }

  synchronized void give(String device, long size) {
    perDevice.merge(device, -1, Integer::sum);
    total--;
    bytes -= size;
  }
}
