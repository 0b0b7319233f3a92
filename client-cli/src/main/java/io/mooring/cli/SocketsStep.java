package io.mooring.cli;

import io.mooring.audit.ListeningSocketAudit;
import io.mooring.audit.ListeningSocketAudit.Result;
import io.mooring.error.ErrorCode;

/**
 * Does this process listen? An agent in JAVA_TOOL_OPTIONS makes it, and the device's program too.
 */
final class SocketsStep {
  private SocketsStep() {}

  static void examine(Findings findings, boolean refuse) {
    findings.enter("sockets");
    Result result = ListeningSocketAudit.network().run();
    if (result instanceof Result.Found found) {
      if (refuse) {
        throw AuditOptions.listening(found);
      }
      findings.warn(
          ErrorCode.LISTENING_SOCKET, "This process listens on " + found.describe() + ".");
    } else if (result instanceof Result.NotAvailable none) {
      findings.saw("cannot be told here: " + none.reason());
    } else {
      findings.saw("this process listens on none");
    }
  }
}
