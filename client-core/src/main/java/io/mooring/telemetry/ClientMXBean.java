package io.mooring.telemetry;

/**
 * A client in JMX, as {@code io.mooring:type=Client,name="meter-0042"}; only if {@link
 * io.mooring.ClientBuilder#jmx} asked for it. The counters are those of {@link
 * io.mooring.ClientCounters}.
 */
public interface ClientMXBean {
  /** The kind of {@link io.mooring.ConnectionState}, such as {@code Connected}. */
  String getState();

  /** Attempts that led to a connection. */
  long getAttemptsSucceeded();

  /** Attempts that failed. */
  long getAttemptsFailed();

  /** Connections that were lost. */
  long getConnectionsLost();

  /** What the last connection took to make, in milliseconds; 0 before the first. */
  long getLastConnectMillis();

  /** The message of what last failed or was lost; empty if nothing was. */
  String getLastFailure();

  /** Messages sent again over a later connection. */
  long getMessagesResent();

  /** See {@link io.mooring.OutboundCounters#accepted}. */
  long getOutboundAccepted();

  /** See {@link io.mooring.OutboundCounters#delivered}. */
  long getOutboundDelivered();

  /** See {@link io.mooring.OutboundCounters#failed}. */
  long getOutboundFailed();

  /** Dropped by a full outbox, old and new. */
  long getOutboundDropped();

  /** See {@link io.mooring.OutboundCounters#waiting}. */
  long getOutboundWaiting();

  /** See {@link io.mooring.InboundCounters#received}. */
  long getInboundReceived();

  /** See {@link io.mooring.InboundCounters#handled}. */
  long getInboundHandled();

  /** See {@link io.mooring.InboundCounters#handlerFailures}. */
  long getInboundHandlerFailures();

  /** See {@link io.mooring.InboundCounters#dropped}. */
  long getInboundDropped();

  /** See {@link io.mooring.InboundCounters#waiting}. */
  long getInboundWaiting();

  /** How often reading was paused. */
  long getReadingPauses();

  /** For how long in all, in milliseconds. */
  long getReadingPausedMillis();
}
