package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.internal.session.SessionJournal;
import org.junit.jupiter.api.Test;

class SendGateTest {
  private final Journal journal = new Journal();

  private static final class Journal implements SessionJournal {
    private long told;
    private long durable;
    private boolean writable = true;

    @Override
    public long told() {
      return told;
    }

    @Override
    public long durable() {
      return durable;
    }

    @Override
    public boolean isWritable() {
      return writable;
    }
  }

  private static int send(SendGate gate, int waiting) {
    int count = gate.open(waiting);
    gate.left(count);
    return waiting - count;
  }

  @Test
  void nothingTold_everythingLeaves() {
    SendGate gate = new SendGate(SessionJournal.NONE);
    assertEquals(0, send(gate, 100));
    assertEquals(0, send(gate, 7));
    assertFalse(gate.isHolding());
  }

  @Test
  void bytesOfAStepThatToldSomething_waitForTheDisk_earlierOnesDoNot() {
    SendGate gate = new SendGate(journal);
    assertEquals(10, gate.open(10)); // seen before anything was told, not yet sent
    journal.told = 1;
    assertEquals(10, gate.open(30));
    gate.left(10);
    assertTrue(gate.isHolding());
    assertEquals(0, gate.open(20));
    journal.durable = 1;
    assertEquals(20, gate.open(20));
    assertFalse(gate.isHolding());
  }

  @Test
  void severalSteps_oneFlushMayFreeSome_andTheNextTheRest() {
    SendGate gate = new SendGate(journal);
    for (int step = 1; step <= 4; step++) {
      journal.told = step;
      assertEquals(0, gate.open(step * 10));
    }
    journal.durable = 2;
    assertEquals(20, send(gate, 40));
    journal.durable = 4;
    assertEquals(0, send(gate, 20));
  }

  @Test
  void newConnection_whatWasToldBeforeAndIsNotDurable_bindsItToo() {
    journal.told = 3;
    journal.durable = 2;
    SendGate gate = new SendGate(journal);
    assertEquals(0, gate.open(15));
    journal.durable = 3;
    assertEquals(15, gate.open(15));
  }

  @Test
  void diskDown_sessionThatStartsNothing_isNotHeldUp() {
    journal.told = 3;
    journal.durable = 2;
    journal.writable = false;
    SendGate gate = new SendGate(journal);
    assertEquals(15, gate.open(15));
    assertFalse(gate.isHolding());
  }
}
