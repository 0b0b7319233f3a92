package io.mooring.internal.engine;

import io.mooring.audit.ListeningSocketAudit.Result;
import io.mooring.audit.OutboundOnly;
import io.mooring.error.ListeningSocketException;
import io.mooring.internal.net.Lane;
import io.mooring.internal.telemetry.Log;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Audits the sockets of this process as the builder settled it, logs what it finds, and tells the
 * application. Reads files, so it runs on the worker; the listener has a lane of its own.
 */
public final class SocketGuard {
  private static final Log LOG = Log.AUDIT;

  private final OutboundOnly wanted;
  private final Lane lane;
  private final AtomicBoolean unavailableSaid = new AtomicBoolean();

  /** Has looked at nothing yet. */
  public SocketGuard(OutboundOnly wanted, @Nullable Executor callbackExecutor) {
    this.wanted = wanted;
    this.lane = new Lane(callbackExecutor);
  }

  OutboundOnly wanted() {
    return wanted;
  }

  /**
   * Looks before a connection is made.
   *
   * @throws ListeningSocketException if connecting takes a clean audit and this is none
   */
  void beforeConnecting() {
    Result result = audit();
    if (!wanted.refusesToConnect()) {
      return;
    }
    if (result instanceof Result.Found found) {
      throw new ListeningSocketException(
          "Not connected: this process listens on "
              + found.describe()
              + ", and outboundOnly(...) refuses to connect while it does. Nothing was sent. End"
              + " what listens there; ss -ltunp names it.",
          found.sockets());
    }
    if (result instanceof Result.NotAvailable none) {
      throw new ListeningSocketException(
          "Not connected: whether this process listens cannot be told, and outboundOnly(...)"
              + " refuses to connect without knowing. "
              + none.reason()
              + " Nothing was sent. Leave refuseToConnect() out where this is expected.",
          List.of());
    }
  }

  /** Looks, logs and tells. */
  Result audit() {
    Result result = wanted.audit().run();
    if (result instanceof Result.Found found) {
      LOG.log(
          System.Logger.Level.WARNING,
          "This process listens on {0}: others can reach it without being called. End what"
              + " listens there, unless it is meant to.",
          found.describe());
    } else if (result instanceof Result.NotAvailable none) {
      LOG.log(
          unavailableSaid.getAndSet(true) ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
          "Whether this process listens cannot be told. {0}",
          none.reason());
    }
    lane.execute(() -> tell(result));
    return result;
  }

  private void tell(Result result) {
    try {
      wanted.listener().accept(result);
    } catch (RuntimeException e) { // the application's own
      LOG.log(System.Logger.Level.WARNING, "The listener of an audit threw", e);
    }
  }
}
