package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.audit.ListeningSocketAudit.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

class SocketsStepTest {
  private static final Result UNKNOWN = new Result.NotAvailable("This is Plan 9.");

  private final Findings findings = new Findings();

  @Test
  void systemThatDoesNotSay_isAUsageErrorForWhoeverWantsToBeSure() {
    UsageException refused =
        assertThrows(UsageException.class, () -> SocketsStep.examine(findings, UNKNOWN, true));
    assertTrue(refused.getMessage().contains("Plan 9"), refused::getMessage);
  }

  @Test
  void systemThatDoesNotSay_isAFindingOtherwise() {
    SocketsStep.examine(findings, UNKNOWN, false);
    assertEquals(
        List.of(new Findings.Seen("sockets", "cannot be told here: This is Plan 9.")),
        findings.seen());
  }
}
