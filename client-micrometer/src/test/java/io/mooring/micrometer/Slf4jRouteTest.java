package io.mooring.micrometer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.error.PinMismatchException;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * What docs/TELEMETRY.md promises of SLF4J: slf4j-jdk-platform-logging on the path, and every
 * record arrives under its documented name. It stands in this module since the others have tests
 * with a System.LoggerFinder of their own, and a JVM has one.
 */
@Timeout(60)
class Slf4jRouteTest {
  @Test
  void records_arriveInTheBinding_byNameLevelAndAttempt() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger("io.mooring");
    Kept kept = new Kept();
    kept.start();
    root.setLevel(Level.DEBUG);
    root.addAppender(kept);
    try (ScriptedBroker broker =
            ScriptedBroker.builder().onEveryConnection(wire -> wire.readUntilClosed()).start();
        SecureMqttClient client =
            SecureMqttClient.builder()
                .broker(broker.uri())
                .clientId("meter {0042}")
                .reconnect(Reconnect.none())
                .tls(
                    TlsPolicy.trusting(List.of(broker.identity().root()))
                        .pinned(
                            PinSet.of(
                                SpkiPin.parse("sha256/" + "A".repeat(43) + "="),
                                SpkiPin.parse("sha256/" + "B".repeat(42) + "A="))))
                .dangerous()
                .anonymous()
                .build()) {
      assertThrows(PinMismatchException.class, client::connect);
      await().until(() -> kept.events.stream().anyMatch(Slf4jRouteTest::isFailure));
    } finally {
      root.detachAppender(kept);
    }
    ILoggingEvent dangerous = kept.events.get(0);
    assertEquals("io.mooring.dangerous", dangerous.getLoggerName());
    assertEquals(Level.WARN, dangerous.getLevel());
    ILoggingEvent failure =
        kept.events.stream().filter(Slf4jRouteTest::isFailure).findFirst().orElseThrow();
    assertEquals(Level.INFO, failure.getLevel());
    assertTrue(
        failure
            .getFormattedMessage()
            .startsWith("[meter?{0042}#1] The attempt failed in phase PATH"),
        failure::getFormattedMessage);
  }

  private static boolean isFailure(ILoggingEvent event) {
    return event.getLoggerName().equals("io.mooring.connection")
        && event.getFormattedMessage().contains("failed");
  }

  private static final class Kept extends AppenderBase<ILoggingEvent> {
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      events.add(event);
    }
  }
}
