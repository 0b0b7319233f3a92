package io.mooring.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.OutboxException;
import io.mooring.error.OutboxException.Reason;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings of an outbox, and its errors. */
class OutboxTest {
  private static final Outbox OUTBOX = Outbox.in(Path.of("somewhere"));

  @Test
  void defaults_areBounded() {
    assertEquals(10_000, OUTBOX.atMostMessages());
    assertEquals(64L * 1024 * 1024, OUTBOX.atMostBytes());
    assertEquals(Overflow.REJECT, OUTBOX.onOverflow());
    assertNull(OUTBOX.encryptedWith());
    assertTrue(OUTBOX.folder().isAbsolute());
  }

  @Test
  void settings_changeACopy() {
    Outbox other = OUTBOX.atMost(5, 70_000).onOverflow(Overflow.DROP_OLDEST);
    assertEquals(5, other.atMostMessages());
    assertEquals(70_000, other.atMostBytes());
    assertEquals(Overflow.DROP_OLDEST, other.onOverflow());
    assertEquals(10_000, OUTBOX.atMostMessages());
    assertTrue(other.toString().endsWith("at most 5 messages and 70000 bytes, DROP_OLDEST]"));
  }

  @ParameterizedTest
  @CsvSource({"0, 65536", "10000001, 65536", "1, 65535", "1, 1099511627777", "-1, -1"})
  void boundsOutOfRange_areMisuse(int messages, long bytes) {
    assertThrows(IllegalArgumentException.class, () -> OUTBOX.atMost(messages, bytes));
  }

  @Test
  void whatMayPassByItself_isRetryable() {
    assertTrue(new OutboxException(Reason.DISK_FULL, "x").retryable());
    assertTrue(new OutboxException(Reason.LOCKED, "x").retryable());
    assertFalse(new OutboxException(Reason.WRONG_KEY, "x").retryable());
    assertFalse(new OutboxException(Reason.READ_ONLY, "x").retryable());
  }
}
