package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.SubscribeOptions;
import io.mooring.SubscribeReceipt;
import io.mooring.error.ClientClosedException;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.SubscribeException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.net.Lane;
import io.mooring.telemetry.ClientEvent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A subscription whose SUBSCRIBE was not sent, or not answered. */
class SubscribeOutcomeTest {
  private static final MooringException NOT_OFFERED =
      new SubscribeException(
          ErrorCode.SUBSCRIPTION_NOT_OFFERED, "This broker does not offer wildcards.", null);

  private final EventLoop loop = EventLoop.acquire();
  private final List<ClientEvent> events = new ArrayList<>();
  private final Telemetry telemetry =
      new Telemetry("meter", Clock.systemUTC(), List.of(events::add), Runnable::run);
  private final Receipts receipts = new Receipts(new Lane(Runnable::run), () -> {});
  private final Subscriptions subscriptions = new Subscriptions();
  private final Subscriptions.Subscription subscription =
      subscriptions.put("a/+", SubscribeOptions.DEFAULT, mailbox());

  /** Kept, so that nobody collects the handler with it. */
  private final Logger log = Logger.getLogger("io.mooring.session");

  private final List<LogRecord> said = new ArrayList<>();
  private final Handler listening =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          said.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    log.addHandler(listening);
  }

  @AfterEach
  void end() {
    log.removeHandler(listening);
    loop.release();
  }

  private Mailbox mailbox() {
    Mailbox.Shared shared =
        new Mailbox.Shared(
            loop,
            new InboundWindow(1, 1),
            new ReadingGate()::changes,
            new Tally(Telemetry.silent()),
            null);
    return new Mailbox(
        "a/+", SubscribeOptions.DEFAULT, d -> {}, shared, new DropReport(loop, count -> {}));
  }

  private void fails(MooringException cause) {
    new SubscribeOutcome(subscription, subscriptions, receipts, telemetry).failed(cause);
    receipts.flush();
  }

  @Test
  void notSent_nobodyAwaitsIt_waitsForTheNextConnection_andSaysSo() {
    fails(NOT_OFFERED);
    assertEquals(List.of(subscription), subscriptions.missing(true), "asked for again");
    assertFalse(subscription.ended());
    assertEquals(List.of(Level.WARNING), said.stream().map(LogRecord::getLevel).toList());
    ClientEvent.SubscribeRefused told = (ClientEvent.SubscribeRefused) events.get(0);
    assertEquals("a/+", told.filter());
    assertEquals(NOT_OFFERED, told.cause());
  }

  @Test
  void notSent_awaited_isOver_andWhoeverWaitsHearsIt() {
    CompletableFuture<SubscribeReceipt> awaited = new CompletableFuture<>();
    subscription.awaitedBy(awaited);
    fails(NOT_OFFERED);
    assertEquals(List.of(), subscriptions.all());
    CompletionException heard = assertThrows(CompletionException.class, awaited::join);
    assertEquals(NOT_OFFERED, heard.getCause());
    assertEquals(List.of(), events);
  }

  @Test
  void notSent_replacedMeanwhile_staysReplaced() {
    subscriptions.take("a/+");
    fails(NOT_OFFERED);
    assertEquals(List.of(), subscriptions.all());
    assertEquals(List.of(), events);
  }

  @Test
  void connectionLost_waitsForTheNextConnection() {
    CompletableFuture<SubscribeReceipt> awaited = new CompletableFuture<>();
    subscription.awaitedBy(awaited);
    fails(new ConnectionLostException("cut", null));
    assertEquals(List.of(subscription), subscriptions.missing(true));
    assertFalse(awaited.isDone());
  }

  @Test
  void clientClosed_isOver() {
    fails(new ClientClosedException("closed"));
    assertEquals(List.of(), subscriptions.all());
    assertEquals(List.of(), events);
  }
}
