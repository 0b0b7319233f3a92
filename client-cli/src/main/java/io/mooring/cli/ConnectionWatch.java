package io.mooring.cli;

import io.mooring.ConnectionInfo;
import io.mooring.ConnectionListener;
import io.mooring.ConnectionState;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.TimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends every wait when the connection is lost for good: the library would keep what is accepted for
 * the next connection, but most commands make only one. One that goes on says so.
 */
final class ConnectionWatch implements ConnectionListener {
  private final CompletableFuture<Object> lost = new CompletableFuture<>();
  private final Terminal terminal;
  private boolean connected;

  ConnectionWatch(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public synchronized void stateChanged(ConnectionState state) {
    if (state instanceof ConnectionState.Connected up) {
      if (connected) {
        terminal.say(describe(up.info()));
      }
      connected = true;
    } else if (state instanceof ConnectionState.Waiting waiting) {
      terminal.say(
          Terminal.inWords(waiting.cause())
              + " Next attempt in "
              + waiting.delay().toMillis()
              + " ms; what is published meanwhile is missed.");
    } else if (state instanceof ConnectionState.Stopped stopped) {
      lost.completeExceptionally(stopped.cause());
    } else if (state instanceof ConnectionState.Disconnected down) {
      MooringException cause = down.cause();
      if (connected && cause != null) {
        lost.completeExceptionally(cause);
      }
    }
  }

  /** Ends every wait with {@code cause}, as the loss of the connection would. */
  void fail(RuntimeException cause) {
    lost.completeExceptionally(cause);
  }

  /** Runs {@code then} with the cause, once the connection is lost. */
  void onLoss(Consumer<RuntimeException> then) {
    lost.minimalCompletionStage()
        .whenComplete(
            (nothing, failure) -> {
              if (failure != null && unwrapped(failure) instanceof RuntimeException cause) {
                then.accept(cause);
              }
            });
  }

  /**
   * Waits for a stage of the client.
   *
   * @param patience how long, or null for ever
   * @param what names the wait in the message of a timeout
   */
  <T> T await(CompletionStage<T> stage, @Nullable Duration patience, String what) {
    CompletableFuture<T> result = stage.toCompletableFuture();
    CompletableFuture<Object> first = CompletableFuture.anyOf(result, lost);
    try {
      if (patience == null) {
        first.get();
      } else {
        first.get(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
      }
      return result.join();
    } catch (java.util.concurrent.TimeoutException e) {
      throw new TimeoutException(
          what + " did not happen within --timeout. Check broker and network, or raise it.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException(
          ErrorCode.INTERRUPTED, "Interrupted while waiting: " + what + ".", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("a client future failed with a checked exception", e);
    }
  }

  /** What a stage failed with: stages that depend on another wrap its failure. */
  static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  /** What a verified connection rests on, in one line. */
  static String describe(ConnectionInfo info) {
    return "connected to "
        + info.endpoint()
        + ": "
        + info.tlsVersion()
        + " "
        + info.cipherSuite()
        + (info.matchedPin() == null ? ", no pin configured" : ", pin " + info.matchedPin())
        + (info.serverProof() == null
            ? ", proven by TLS alone"
            : ", proven by " + info.serverProof())
        + ", client id "
        + info.clientId();
  }
}
