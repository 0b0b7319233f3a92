package io.mooring.internal.session;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.auth.AuthenticationContext;
import io.mooring.auth.AuthenticationExchange;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.internal.tls.VerifiedServers;
import io.mooring.tls.ChannelBinding;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An exchange is wiped once, and never under a call that is still in it. */
@Timeout(30)
class AuthenticationRunTest {
  private final CountDownLatch inCall = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger wiped = new AtomicInteger();

  @Test
  void closedWhileACallHangs_isWipedWhenTheCallReturns() throws Exception {
    AuthenticationRun run = begin();
    CompletableFuture<byte[]> call = CompletableFuture.supplyAsync(() -> run.respond(null));
    inCall.await();
    run.close();
    run.close();
    assertEquals(0, wiped.get(), "the call still uses it");
    release.countDown();
    call.get(10, SECONDS);
    assertEquals(1, wiped.get());
    assertThrows(IllegalStateException.class, () -> run.finish(null));
    assertEquals(1, wiped.get());
  }

  @Test
  void closedWithoutACall_isWipedAtOnce_andOnce() {
    AuthenticationRun run = begin();
    run.close();
    run.close();
    assertEquals(1, wiped.get());
  }

  private AuthenticationRun begin() {
    return AuthenticationRun.begin(
        VerifiedServers.any(),
        new Method(),
        new AuthenticationContext("broker.example", "meter-0042", null));
  }

  private final class Method implements EnhancedAuthenticator {
    @Override
    public String method() {
      return "HANGING";
    }

    @Override
    public boolean mutual() {
      return true;
    }

    @Override
    public String userName() {
      return null;
    }

    @Override
    public ChannelBinding channelBinding() {
      return null;
    }

    @Override
    public AuthenticationExchange begin(AuthenticationContext context) {
      return new Hanging();
    }
  }

  private final class Hanging implements AuthenticationExchange {
    @Override
    public byte[] initialData() {
      return null;
    }

    @Override
    public byte[] respond(byte[] serverData) {
      inCall.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return serverData;
    }

    @Override
    public void finish(byte[] serverData) {}

    @Override
    public void close() {
      wiped.incrementAndGet();
    }
  }
}
