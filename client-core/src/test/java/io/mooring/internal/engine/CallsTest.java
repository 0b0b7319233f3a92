package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.error.ClientClosedException;
import io.mooring.error.InternalFaultException;
import io.mooring.internal.net.Lane;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The application's calls on their way to the loop, and what it is told of them. */
class CallsTest {
  private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
  private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>();
  private final Receipts receipts = new Receipts(new Lane(callbacks::add), () -> {});
  private final Calls calls = new Calls(loop::add, receipts);
  private final CompletableFuture<Void> result = new CompletableFuture<>();

  @Test
  void actionThatThrows_isToldOnTheLane_sinceDependentsMayBlock() {
    IllegalStateException misuse = new IllegalStateException("not now");
    calls.onLoop(
        result,
        () -> {
          throw misuse;
        });
    assertSame(misuse, causeToldOffTheLoop());
  }

  @Test
  void actionThatMissesAClass_isToldToo() {
    NoClassDefFoundError missing = new NoClassDefFoundError("example/token/Driver");
    calls.onLoop(
        result,
        () -> {
          throw missing;
        });
    assertSame(
        missing, assertInstanceOf(InternalFaultException.class, causeToldOffTheLoop()).getCause());
  }

  @Test
  void callThatComesBehindTheEnd_isToldOnTheLane() {
    calls.onLoop(result, () -> {});
    calls.end();
    assertInstanceOf(ClientClosedException.class, causeToldOffTheLoop());
  }

  private Throwable causeToldOffTheLoop() {
    loop.remove().run();
    assertFalse(result.isDone(), "the loop would run what hangs on the result");
    receipts.flush();
    callbacks.remove().run();
    return assertThrows(CompletionException.class, result::join).getCause();
  }
}
