package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.internal.net.Outlet;
import io.mooring.internal.wire.WireBuffer;
import org.junit.jupiter.api.Test;

/** Against a socket that is played: it takes so many bytes at each send, as a script says. */
class PumpTest {
  private static final int PACKET = 3;

  /** A queue of packets, a socket with a script, and who was asked to call again. */
  private static final class Played implements Outlet {
    private final WireBuffer out = new WireBuffer();
    private final int[] room;
    private int sends;
    private int queued;
    private int unsent;
    private boolean held;
    private int goOnLater;

    Played(int queued, int unsent, int... room) {
      this.queued = queued;
      this.unsent = unsent;
      this.room = room;
    }

    void run() {
      new Pump(this::encode, () -> held, () -> goOnLater++).run(this);
    }

    private void encode() {
      if (queued > 0) {
        queued--;
        out.put(new byte[PACKET], 0, PACKET);
      }
    }

    @Override
    public WireBuffer out() {
      return out;
    }

    @Override
    public void send() {
      unsent += out.length();
      out.clear(0);
      int taken = sends < room.length ? room[sends] : Integer.MAX_VALUE;
      sends++;
      unsent -= Math.min(unsent, taken);
    }

    @Override
    public boolean isBacklogged() {
      return unsent > 0;
    }

    /** Whether what is queued waits for nobody. */
    boolean isForgotten() {
      return queued > 0 && !isBacklogged() && !held && goOnLater == 0;
    }
  }

  @Test
  void pump_backlogGoesWhileItSends_encodesWhatWaits() {
    // What the selector will never tell of: the socket took the rest before it was asked to watch.
    Played played = new Played(5, 100, 100);

    played.run();

    assertEquals(0, played.queued, "left in the queue with nobody to send it");
  }

  @Test
  void pump_whateverTheSocketTakes_leavesNothingThatNobodyCallsFor() {
    int[] amounts = {0, 1, PACKET, 100};
    for (int unsent = 0; unsent <= 4; unsent += 2) {
      for (int queued = 0; queued <= 4; queued++) {
        for (int a : amounts) {
          for (int b : amounts) {
            for (int c : amounts) {
              Played played = new Played(queued, unsent, a, b, c);
              played.run();
              assertTrue(
                  !played.isForgotten(),
                  queued + " queued, " + unsent + " unsent, taken: " + a + ", " + b + ", " + c);
            }
          }
        }
      }
    }
  }

  @Test
  void pump_socketFull_waitsForIt() {
    Played played = new Played(5, 10, 4);

    played.run();

    assertEquals(5, played.queued);
    assertEquals(1, played.sends);
  }

  @Test
  void pump_diskIsSlow_waitsForIt() {
    Played played = new Played(5, 0);
    played.held = true;

    played.run();

    assertEquals(4, played.queued);
  }

  @Test
  void pump_noEndOfMessages_givesTheOthersTheirTurn() {
    Played played = new Played(1_000, 0);

    played.run();

    assertEquals(1, played.goOnLater);
    assertTrue(played.queued > 900, "took " + (1_000 - played.queued) + " in one turn");
  }
}
