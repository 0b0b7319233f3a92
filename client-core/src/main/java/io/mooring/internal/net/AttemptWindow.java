package io.mooring.internal.net;

/**
 * How many attempts to connect one broker is given at once, found as TCP Vegas finds how much a
 * path holds: of those under way, the part that only waits is told by how much longer an attempt
 * takes than the quickest did. Few wait: one more may come. Many wait: one fewer. So a broker close
 * by, whose one thread computes the handshakes of all, keeps answering those that are connected;
 * and a broker far away, where attempts take their time without keeping anybody busy, is given as
 * many as there may be. A pure machine: no clock, no thread.
 */
final class AttemptWindow {
  /**
   * Enough to keep the compiler of a JVM that has just started, this side's worker, the network and
   * the broker busy at the same time. Eight made others wait longer, and a thousand no faster; one
   * made a thousand take four seconds instead of three.
   */
  static final int LEAST = 4;

  /** The most, also for a broker that is far away: one that is silent must not take them all. */
  static final int MOST = 64;

  private final int least;

  /** Vegas' alpha and beta: how many may wait, and how many are too many. */
  private final double few;

  private final double many;

  /** How much a round in which few wait adds. */
  private final double growth;

  private double size;
  private long quickestNanos = Long.MAX_VALUE;

  /** Until the first have to wait: each that arrives lets two follow, as in TCP's slow start. */
  private boolean steep = true;

  private AttemptWindow(int least, double few, double many, double growth) {
    this.least = least;
    this.few = few;
    this.many = many;
    this.growth = growth;
    this.size = least;
  }

  /** For a process that does nothing but connect. */
  static AttemptWindow whileNobodyWaits() {
    return new AttemptWindow(LEAST, 2, 4, 1);
  }

  /**
   * While somebody who is connected waits for an answer: as many as the way to the broker holds,
   * one at least, and none that only waits. Whether two can be, is tried now and then.
   */
  static AttemptWindow besideTraffic() {
    return new AttemptWindow(1, 0.5, 0.9, 1.0 / 16);
  }

  /** How many attempts may be under way. */
  int size() {
    return (int) size;
  }

  /**
   * An attempt has arrived. Those that fail say nothing: a refusal is quick, a deadline is long,
   * and neither tells how busy the broker is.
   *
   * @param tookNanos from when it began
   * @param underWay how many were when it arrived, those left out that are silent
   */
  void arrived(long tookNanos, int underWay) {
    long took = Math.max(1, tookNanos);
    quickestNanos = Math.min(quickestNanos, took);
    double waiting = underWay * (1 - (double) quickestNanos / took);
    if (waiting >= few) {
      steep = false;
    }
    if (waiting > many) {
      size = Math.max(least, size - 1 / size);
    } else if (waiting < few && underWay >= size()) { // what was not made use of proves nothing
      size = Math.min(MOST, size + (steep ? 1 : growth / size));
    }
  }
}
