package io.mooring.examples.esp32bridge.link;

/**
 * How a line does.
 *
 * @param here what the bridge counted since the line was opened
 * @param there what the device counted, as it last said
 * @param roundTripNanos of the last answered PING; -1 before the first
 * @param unexpected frames that have no place here
 */
public record LinkReport(
    LinkCounters here, LinkCounters there, long roundTripNanos, long unexpected) {
  private static final long PERCENT = 100;

  /** The share of frames on the line that came through whole and at once, in percent. */
  public int quality() {
    long bad = here.crcErrors() + here.retransmitted() + there.crcErrors() + there.retransmitted();
    long all = here.framesReceived() + here.framesSent() + bad;
    return all == 0 ? (int) PERCENT : (int) (PERCENT - PERCENT * bad / all);
  }
}
