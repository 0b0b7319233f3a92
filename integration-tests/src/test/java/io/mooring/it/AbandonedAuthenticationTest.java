package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.auth.AuthenticationContext;
import io.mooring.auth.AuthenticationExchange;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.tls.ChannelBinding;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An exchange that is ready only when nobody wants it any more. */
@Timeout(60)
class AbandonedAuthenticationTest {
  @Test
  void exchangeBeginsBehindDisconnect_itIsClosedOnTheWorker_sinceTokensBlock() throws Exception {
    Slow slow = new Slow();
    try (ScriptedBroker broker =
            ScriptedBroker.builder().onEveryConnection(Script.record()).start();
        SecureMqttClient client =
            Devices.at(broker.port(), broker.identity())
                .reconnect(Reconnect.DEFAULT)
                .authenticate(slow)
                .build()) {
      client.start();
      slow.asked.await();
      client.disconnect().toCompletableFuture().get(20, SECONDS);
      slow.mayBegin.countDown();
      assertEquals("mooring-worker", slow.closedOn.get(20, SECONDS));
    }
  }

  /** Begins when it is let, like a token that is busy. */
  private static final class Slow implements EnhancedAuthenticator, AuthenticationExchange {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch mayBegin = new CountDownLatch(1);
    private final CompletableFuture<String> closedOn = new CompletableFuture<>();

    @Override
    public String method() {
      return "SLOW";
    }

    @Override
    public boolean mutual() {
      return false;
    }

    @Override
    public @Nullable String userName() {
      return null;
    }

    @Override
    public @Nullable ChannelBinding channelBinding() {
      return null;
    }

    @Override
    public AuthenticationExchange begin(AuthenticationContext context) {
      asked.countDown();
      try {
        mayBegin.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts the worker", e);
      }
      return this;
    }

    @Override
    public byte @Nullable [] initialData() {
      return null;
    }

    @Override
    public byte @Nullable [] respond(byte @Nullable [] serverData) {
      return null;
    }

    @Override
    public void finish(byte @Nullable [] serverData) {}

    @Override
    public void close() {
      closedOn.complete(Thread.currentThread().getName());
    }
  }
}
