package io.mooring.internal.engine;

import io.mooring.error.OutboxException;
import io.mooring.internal.outbox.FileOps;
import io.mooring.internal.outbox.OutboxLog;
import io.mooring.internal.outbox.Recovery;
import io.mooring.internal.telemetry.Log;
import io.mooring.outbox.Outbox;
import io.mooring.outbox.OutboxRecovery;

/**
 * An outbox whose log is open, on its way into a client.
 *
 * @param resume false to start without the session that an earlier run left
 */
public record OpenOutbox(Outbox settings, OutboxLog log, boolean resume) {
  private static final Log LOG = Log.OUTBOX;

  /**
   * Opens the log on the caller's thread, and logs what was found damaged.
   *
   * @param clientId empty for the one that the outbox knows, or makes
   * @throws OutboxException if it cannot be opened
   */
  public static OpenOutbox open(Outbox settings, String clientId, boolean resume) {
    OutboxLog log = OutboxLog.open(settings, clientId, FileOps.REAL);
    for (String finding : log.recovery().findings()) {
      LOG.log(System.Logger.Level.WARNING, "Outbox {0}: {1}", settings.folder(), finding);
    }
    return new OpenOutbox(settings, log, resume);
  }

  /** What was found when the log was opened. */
  OutboxRecovery recovery() {
    Recovery found = log.recovery();
    return new OutboxRecovery(
        found.messages(),
        found.bytes(),
        found.lostMessages(),
        found.skippedBytes(),
        found.findings());
  }
}
