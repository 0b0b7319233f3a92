package io.mooring.examples.esp32bridge.link;

/** Go-back-N, the receiver: what comes next, and how much of it there is room for. */
final class ReceiveWindow {
  /** What a sequenced frame is. */
  enum Verdict {
    TAKEN,
    DUPLICATE,
    GAP,
    FLOOD
  }

  private static final int MASK = Frame.SEQ_MASK;
  private static final int HALF = 0x8000;

  private final int room;
  private int expected = 1;
  private int held;
  private int offered;

  ReceiveWindow(int room) {
    this.room = room;
    this.offered = (1 + room) & MASK;
  }

  /** The seq that comes next: what every frame says as ack. */
  int expected() {
    return expected;
  }

  /** What there is room for from {@link #expected} on; a frame that says so offers it. */
  int credit() {
    return room - held;
  }

  /** To be called with each frame that carries ack and credit. */
  void told() {
    offered = (expected + credit()) & MASK;
  }

  /** Whether so much room came free since it was last told that it should be told now. */
  boolean worthTelling() {
    return ((expected + credit() - offered) & MASK) >= Math.max(1, room / 2);
  }

  /** Judges a sequenced frame; a taken one that {@code stays} takes room. */
  Verdict arrived(int seq, boolean stays) {
    int ahead = (seq - expected) & MASK;
    if (ahead >= HALF) {
      return Verdict.DUPLICATE;
    }
    int inside = (offered - seq) & MASK;
    if (inside == 0 || inside >= HALF) {
      return Verdict.FLOOD;
    }
    if (ahead > 0) {
      return Verdict.GAP;
    }
    expected = (expected + 1) & MASK;
    if (stays) {
      held++;
    }
    return Verdict.TAKEN;
  }

  /** A frame that stayed has gone. */
  void processed() {
    held--;
  }
}
