package io.mooring.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ReasonCode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SpareArrayTest {
  private static final int KEPT = 16 * 1024;
  private static final byte[] BURST = new byte[100_000];

  private final SpareArray spare = new SpareArray();
  private final WireBuffer one = new WireBuffer(spare);
  private final WireBuffer other = new WireBuffer(spare);

  private static byte[] burst(WireBuffer buffer) {
    buffer.put(BURST, 0, BURST.length);
    return buffer.array();
  }

  @Test
  void bursts_oneAfterTheOther_useOneArray() {
    byte[] first = burst(one);
    one.clear(KEPT);

    assertSame(first, burst(other));
    other.clear(KEPT);
    assertSame(first, burst(one));
  }

  @Test
  void bursts_atATime_haveTheirOwn() {
    assertNotSame(burst(one), burst(other));
  }

  @Test
  void burst_isOver_goesOnWithTheArrayOfBefore() {
    one.put(new byte[2_000], 0, 2_000);
    byte[] before = one.array();
    burst(one);

    one.clear(KEPT);

    assertSame(before, one.array());
    assertEquals(0, one.length());
  }

  @Test
  void burst_keepsWhatWasWrittenBefore() {
    burst(one);
    one.clear(KEPT);
    one.put(7);
    one.put(8);

    burst(one);

    assertArrayEquals(new byte[] {7, 8, 0}, Arrays.copyOf(one.array(), 3));
    assertEquals(BURST.length + 2, one.length());
  }

  @Test
  void secret_isWipedBeforeAnotherMayBorrowTheArray() {
    burst(one);
    byte[] secret = new byte[1_000];
    Arrays.fill(secret, (byte) 42);
    new PacketWriter(one).auth(ReasonCode.CONTINUE_AUTHENTICATION, "SCRAM-SHA-256", secret);
    int written = one.length();
    byte[] used = one.array();
    one.clear(KEPT);

    assertSame(used, burst(other));
    for (int i = 0; i < written; i++) {
      assertTrue(used[i] == 0, "left at " + i);
    }
  }
}
