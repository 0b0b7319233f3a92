package io.mooring.enrol.rotation;

import io.mooring.tls.ClockFloor;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The time as far as this device knows it.
 *
 * @param clock may stand in 1970
 * @param floor null for none
 */
record DeviceTime(Clock clock, @Nullable ClockFloor floor) {
  /** The later of clock and floor. */
  Instant now() {
    Instant now = clock.instant();
    Instant lowest = floor == null ? now : floor.floor();
    return now.isBefore(lowest) ? lowest : now;
  }
}
