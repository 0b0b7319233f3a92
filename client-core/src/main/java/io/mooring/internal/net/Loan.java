package io.mooring.internal.net;

import io.mooring.error.InternalFaultException;
import io.mooring.error.MooringException;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A link's TLS machine in the worker's hands, for one step of the handshake at a time. What the
 * machine has to say then leaves from the worker: to wake the loop for it would keep the broker
 * waiting.
 */
final class Loan {
  private final EventLoop loop;
  private final Errands errands;
  private final Ciphertext ciphertext;

  /** Set by the loop. */
  private volatile @Nullable SocketChannel socket;

  /** Confined to the loop. */
  private boolean out;

  /** Hears, on the loop, that the machine is back. */
  interface Return {
    /**
     * The step is over.
     *
     * @param failure what it threw
     * @param unsent how a write failed
     */
    void back(@Nullable MooringException failure, @Nullable IOException unsent);
  }

  Loan(EventLoop loop, Errands errands, Ciphertext ciphertext) {
    this.loop = loop;
    this.errands = errands;
    this.ciphertext = ciphertext;
  }

  /** Where to write from now on; null if there is no such place any more. Loop only. */
  void writeTo(@Nullable SocketChannel open) {
    socket = open;
  }

  /** True from {@link #lend} until {@link Return#back}. Loop only. */
  boolean isOut() {
    return out;
  }

  /**
   * Runs {@code step} on the worker with the machine, and there, once that is on its way back,
   * {@code meanwhile}, for which nobody waits. Loop only.
   */
  void lend(Runnable step, Runnable meanwhile, Return then) {
    errands.execute(
        () -> {
          MooringException failure = null;
          IOException unsent = null;
          try {
            step.run();
            unsent = send();
          } catch (MooringException e) {
            failure = e;
          } catch (RuntimeException | LinkageError | OutOfMemoryError e) { // see Link.guarded
            failure = InternalFaultException.of(e);
          }
          giveBack(then, failure, unsent);
          if (failure == null) {
            meanwhile.run();
          }
        },
        () -> giveBack(then, null, null));
    out = true; // unless that threw; the step gives back on the loop, so not before
  }

  private void giveBack(
      Return then, @Nullable MooringException failure, @Nullable IOException unsent) {
    loop.execute(
        () -> {
          out = false;
          then.back(failure, unsent);
        });
  }

  /**
   * Writes what the machine has to say; returns how that failed. While others wait for their turn,
   * fewer writes serve all of them better than early ones. Worker only.
   */
  @Nullable IOException send() {
    return loop.turnstile().anybodyWaits()
        ? null
        : ciphertext.writeTo(socket, Link.HANDSHAKE_CHUNK);
  }
}
