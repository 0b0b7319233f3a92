package io.mooring.cli;

import io.mooring.audit.ListeningSocketAudit.Result;
import io.mooring.error.ErrorCode;

/**
 * Does this process listen? An agent in JAVA_TOOL_OPTIONS makes it, and the device's program too.
 */
final class SocketsStep {
  private SocketsStep() {}

  /** Says what was found; if {@code refuse}, only that nothing was. */
  static void examine(Findings findings, Result result, boolean refuse) {
    findings.enter("sockets");
    if (refuse) {
      AuditOptions.refuse(result);
    }
    if (result instanceof Result.Found found) {
      findings.warn(
          ErrorCode.LISTENING_SOCKET, "This process listens on " + found.describe() + ".");
    } else if (result instanceof Result.NotAvailable none) {
      findings.saw("cannot be told here: " + none.reason());
    } else {
      findings.saw("this process listens on none");
    }
  }
}
