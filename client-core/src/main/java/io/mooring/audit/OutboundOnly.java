package io.mooring.audit;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When a client audits the sockets of its process, and what it does about one that listens. Each
 * finding is logged as a warning that names address and port.
 *
 * <pre>{@code
 * .outboundOnly(OutboundOnly.atConnect().every(Duration.ofHours(1)).refuseToConnect())
 * }</pre>
 *
 * <p>The audit is of the process, so where a process has many clients, one of them is enough for
 * the period. Immutable: each method returns another.
 */
public final class OutboundOnly {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(7);

  private final ListeningSocketAudit audit;
  private final @Nullable Duration period;
  private final boolean refuse;
  private final Consumer<ListeningSocketAudit.Result> listener;

  private OutboundOnly(
      ListeningSocketAudit audit,
      @Nullable Duration period,
      boolean refuse,
      Consumer<ListeningSocketAudit.Result> listener) {
    this.audit = audit;
    this.period = period;
    this.refuse = refuse;
    this.listener = listener;
  }

  /** Audits before each connection, and warns. */
  public static OutboundOnly atConnect() {
    return new OutboundOnly(ListeningSocketAudit.network(), null, false, result -> {});
  }

  /**
   * Audits on a period as well, from the building of the client to its end, connected or not. Each
   * wait is up to a tenth shorter or longer, so that devices switched on together do not stay in
   * step.
   *
   * @param interval 1 s to 7 d. Default none
   */
  public OutboundOnly every(Duration interval) {
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("every(...) is 1 s to 7 d; got " + interval);
    }
    return new OutboundOnly(audit, interval, refuse, listener);
  }

  /** Audits Unix domain sockets as well; see {@link ListeningSocketAudit#includingUnix}. */
  public OutboundOnly includingUnix() {
    return new OutboundOnly(audit.includingUnix(), period, refuse, listener);
  }

  /**
   * Connects only while the audit is clean: else connecting fails with a {@link
   * io.mooring.error.ListeningSocketException}, also where the audit is not available. A client
   * that connects by itself looks again, slowly. A connection that is up is not cut by a later
   * finding. Default: warn and connect.
   */
  public OutboundOnly refuseToConnect() {
    return new OutboundOnly(audit, period, true, listener);
  }

  /** Hears each result, on a thread of the client's callbacks. Default nobody. */
  public OutboundOnly listener(Consumer<ListeningSocketAudit.Result> resultListener) {
    return new OutboundOnly(
        audit, period, refuse, Objects.requireNonNull(resultListener, "resultListener"));
  }

  /** What is audited. */
  public ListeningSocketAudit audit() {
    return audit;
  }

  /** The period, or null for none. */
  public @Nullable Duration period() {
    return period;
  }

  /** Whether connecting takes a clean audit. */
  public boolean refusesToConnect() {
    return refuse;
  }

  /** Who hears each result. */
  public Consumer<ListeningSocketAudit.Result> listener() {
    return listener;
  }
}
