package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Endpoint;
import io.mooring.internal.net.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for a re-authentication. */
@Timeout(60)
class ReauthenticationScheduleTest {
  private static final int JOINING = 100_000;

  private final EventLoop loop = EventLoop.acquire();

  @AfterEach
  void giveTheLoopBack() {
    loop.release();
  }

  @Test
  void manyJoinOne_eachHearsOnce() throws Exception {
    AtomicInteger heard = new AtomicInteger();
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            joinAndAnswer(heard);
            done.complete(null);
          } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        });
    done.get(30, TimeUnit.SECONDS);
    assertEquals(JOINING + 1, heard.get());
  }

  private void joinAndAnswer(AtomicInteger heard) {
    ReauthenticationSchedule schedule =
        new ReauthenticationSchedule(
            loop,
            Endpoint.parse("mqtts://broker.example"),
            Duration.ofMinutes(1),
            () -> {},
            late -> {});
    assertTrue(schedule.begin(failure -> heard.incrementAndGet()));
    for (int i = 0; i < JOINING; i++) {
      assertFalse(schedule.begin(failure -> heard.incrementAndGet()));
    }
    schedule.authenticated(null);
    assertFalse(schedule.isRunning());
  }
}
