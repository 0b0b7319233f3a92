package io.mooring.internal.engine;

import io.mooring.error.ClientClosedException;
import io.mooring.error.InternalFaultException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Brings the application's calls from any thread onto the event loop, until the client is closed.
 */
final class Calls {
  private final Executor loop;
  private final Receipts receipts;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /** Confined to the loop. */
  private boolean over;

  /** {@code receipts} tells, off the loop, what became of a call. */
  Calls(Executor loop, Receipts receipts) {
    this.loop = loop;
    this.receipts = receipts;
  }

  /** True once, for the one who closes. */
  boolean beginClose() {
    return closing.compareAndSet(false, true);
  }

  /** True from the moment that close was called. Any thread. */
  boolean isClosing() {
    return closing.get();
  }

  /** From here on nothing is accepted on the loop either. */
  void end() {
    over = true;
  }

  /** True once the loop has closed the client. Loop only. */
  boolean isOver() {
    return over;
  }

  /** Completes when the farewell is over. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  /**
   * Runs {@code action} on the loop; what it throws, or a client that is closed, fails the result.
   */
  void onLoop(CompletableFuture<?> result, Runnable action) {
    if (isClosing()) {
      result.completeExceptionally(new ClientClosedException("The client is closed."));
      return;
    }
    loop.execute(
        () -> {
          if (over) {
            fail(result, new ClientClosedException("The client is closed."));
          } else {
            runFor(result, action);
          }
        });
    failIfLate(result);
  }

  /** What an action throws belongs to who asked for it, not to the loop. */
  private void runFor(CompletableFuture<?> result, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) { // misuse, or a fault of ours
      fail(result, e);
    } catch (LinkageError | OutOfMemoryError e) { // of an application's SPI, say
      fail(result, InternalFaultException.of(e));
    }
  }

  /** Not here: what the application does with its result would hold up every client. */
  private void fail(CompletableFuture<?> result, RuntimeException cause) {
    receipts.add(() -> result.completeExceptionally(cause));
  }

  /** A call that raced with close may have come after the loop's last turn. */
  void failIfLate(CompletableFuture<?> result) {
    if (isClosing()) {
      CompletableFuture<Void> unused =
          closed.thenRun(
              () ->
                  result.completeExceptionally(new ClientClosedException("The client is closed.")));
    }
  }
}
