package io.mooring.tls;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A lower bound of the present for boards without a battery-backed clock: the latest instant this
 * device has had reason to believe in. Certificates are then judged at the later of the clock and
 * the floor, so that a board that boots in 1970 can connect before it has the time. Off by default.
 *
 * <p><b>What it weakens.</b> With a floor, "not yet valid" is judged by a remembered time, and
 * "expired" by a time that may lag behind by as long as the board was off: a certificate that
 * expired in between is accepted. (A clock in 1970 would accept every expired certificate, so the
 * floor is the stricter of the two there.) And whoever moves the device's clock ahead while it
 * connects to the genuine broker moves the floor with it, though never past the end of that
 * broker's certificate, because a time is taken only after that certificate held at it; from then
 * on the device refuses certificates that end earlier, until the floor is reset by hand. It never
 * makes a device accept a wrong name, an unknown authority or a wrong pin.
 *
 * <p>Implementations are safe for use by several threads. They are called on a worker thread, never
 * on the event loop, and may block.
 */
public interface ClockFloor {
  /** The present is not before this instant; never moves back. */
  Instant floor();

  /**
   * Tells the floor a time that was just good enough to verify a broker. Earlier times than the
   * floor are ignored. Never throws: a floor that cannot be stored stays where it was, and says so
   * in the log.
   */
  void observed(Instant now);

  /**
   * A floor kept in a file of one line. It starts at the SDK's build date, and is rewritten
   * (atomically) when the observed time is a day or more past the stored one, to spare flash
   * memory.
   *
   * <p>A missing file is normal. A damaged one counts as missing and is logged as a warning.
   *
   * @param file in a folder that the process may write to
   */
  static ClockFloor in(Path file) {
    return new FileClockFloor(file);
  }
}
