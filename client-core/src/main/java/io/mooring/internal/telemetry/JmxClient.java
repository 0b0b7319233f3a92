package io.mooring.internal.telemetry;

import io.mooring.telemetry.ClientEvent;
import io.mooring.telemetry.ClientEvents;
import io.mooring.telemetry.ClientMXBean;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.jspecify.annotations.Nullable;

/**
 * One client in JMX, from the moment it is built until it is closed. Loaded only where it was asked
 * for, since a runtime image may be without {@code java.management}.
 */
public final class JmxClient implements ClientEvents {
  private final EventTally tally = new EventTally();
  private @Nullable ObjectName name;

  /** Nothing is registered yet. */
  public JmxClient() {}

  /** Registers {@code client}. A name that is taken, or a manager that forbids it, is a warning. */
  public synchronized void begin(Gauged client) {
    try {
      ObjectName wanted =
          new ObjectName("io.mooring:type=Client,name=" + ObjectName.quote(client.name()));
      ManagementFactory.getPlatformMBeanServer()
          .registerMBean(
              new StandardMBean(new View(new Snapshot(client), tally), ClientMXBean.class, true),
              wanted);
      name = wanted;
    } catch (JMException | SecurityException e) {
      Log.TELEMETRY.log(
          Level.WARNING,
          "The client " + client.name() + " is not in JMX; is there another of its name?",
          e);
    }
  }

  /** Takes it out again. */
  public synchronized void end() {
    ObjectName mine = name;
    name = null;
    if (mine == null) {
      return;
    }
    try {
      ManagementFactory.getPlatformMBeanServer().unregisterMBean(mine);
    } catch (JMException | SecurityException e) {
      Log.TELEMETRY.log(Level.WARNING, "The client " + mine + " stays in JMX", e);
    }
  }

  @Override
  public void happened(ClientEvent event) {
    tally.happened(event);
  }

  private record View(Snapshot from, EventTally tally) implements ClientMXBean {
    @Override
    public String getState() {
      return from.state().getClass().getSimpleName();
    }

    @Override
    public long getAttemptsSucceeded() {
      return tally.connected();
    }

    @Override
    public long getAttemptsFailed() {
      return tally.failed();
    }

    @Override
    public long getConnectionsLost() {
      return tally.lost();
    }

    @Override
    public long getLastConnectMillis() {
      return tally.lastMillis();
    }

    @Override
    public String getLastFailure() {
      return tally.lastFailure();
    }

    @Override
    public long getMessagesResent() {
      return tally.resent();
    }

    @Override
    public long getOutboundAccepted() {
      return from.read(all -> all.outbound().accepted());
    }

    @Override
    public long getOutboundDelivered() {
      return from.read(all -> all.outbound().delivered());
    }

    @Override
    public long getOutboundFailed() {
      return from.read(all -> all.outbound().failed());
    }

    @Override
    public long getOutboundDropped() {
      return from.read(all -> all.outbound().droppedOldest() + all.outbound().droppedNewest());
    }

    @Override
    public long getOutboundWaiting() {
      return from.read(all -> all.outbound().waiting());
    }

    @Override
    public long getInboundReceived() {
      return from.read(all -> all.inbound().received());
    }

    @Override
    public long getInboundHandled() {
      return from.read(all -> all.inbound().handled());
    }

    @Override
    public long getInboundHandlerFailures() {
      return from.read(all -> all.inbound().handlerFailures());
    }

    @Override
    public long getInboundDropped() {
      return from.read(all -> all.inbound().dropped());
    }

    @Override
    public long getInboundWaiting() {
      return from.read(all -> all.inbound().waiting());
    }

    @Override
    public long getReadingPauses() {
      return from.read(all -> all.readingPauses());
    }

    @Override
    public long getReadingPausedMillis() {
      return from.read(all -> all.readingPaused().toMillis());
    }
  }
}
