package io.mooring.internal.engine;

import io.mooring.Publication;
import io.mooring.PublishReceipt;
import io.mooring.ReasonCode;
import io.mooring.error.MooringException;
import io.mooring.internal.session.OutboundPublish;
import io.mooring.internal.wire.Packet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What the application waits for, completed off the loop. */
final class PendingPublish implements Publication {
  private final CompletableFuture<Void> accepted = new CompletableFuture<>();
  private final CompletableFuture<PublishReceipt> receipt = new CompletableFuture<>();
  private final boolean waitedFor;
  private volatile boolean awaited;
  private volatile Publications.@Nullable Watch watch;

  private PendingPublish(boolean waitedFor) {
    this.waitedFor = waitedFor;
  }

  /** For an application that gets the two stages. */
  static PendingPublish withStages() {
    return new PendingPublish(false);
  }

  /** For a thread that waits for the receipt; nobody else gets hold of it. */
  static PendingPublish waitedFor() {
    return new PendingPublish(true);
  }

  @Override
  public CompletionStage<Void> accepted() {
    return accepted.minimalCompletionStage();
  }

  @Override
  public CompletionStage<PublishReceipt> delivered() {
    return receipt().minimalCompletionStage();
  }

  /** The delivered stage; whoever asks for it is waited for. */
  CompletableFuture<PublishReceipt> receipt() {
    awaited = true;
    Publications.Watch watching = watch;
    if (watching != null) {
      watching.hold(this);
    }
    return receipt;
  }

  /** It is stored, and {@code watching} leads to it, weakly unless it is awaited. */
  void watchedBy(Publications.Watch watching) {
    watch = watching;
    if (awaited) { // read after the write above, as receipt() writes before it reads
      watching.hold(this);
    }
  }

  /** Ends the stages of a call that raced with close. */
  void failIfLate(Calls calls) {
    calls.failIfLate(accepted);
    calls.failIfLate(receipt);
  }

  /** It is kept from now on: told on this thread, the caller's. */
  void acceptedNow() {
    accepted.complete(null);
  }

  /** It was never accepted: told on this thread, the caller's. */
  void rejected(MooringException cause) {
    accepted.completeExceptionally(cause);
    receipt.completeExceptionally(cause);
  }

  /** The same from the loop, through {@code receipts}; a thread waits for the receipt alone. */
  void acceptedNow(Receipts receipts) {
    if (!waitedFor) {
      receipts.add(this::acceptedNow);
    }
  }

  /** It was never accepted: told through {@code receipts}. */
  void rejected(MooringException cause, Receipts receipts) {
    tell(receipts, () -> rejected(cause));
  }

  /** It will not be delivered: told through {@code receipts}. */
  void fail(MooringException cause, Receipts receipts) {
    tell(receipts, () -> receipt.completeExceptionally(cause));
  }

  /** The broker has it: told through {@code receipts}. */
  void deliver(PublishReceipt facts, Receipts receipts) {
    tell(receipts, () -> receipt.complete(facts));
  }

  private void tell(Receipts receipts, Runnable completion) {
    if (waitedFor) {
      receipts.wake(completion);
    } else {
      receipts.add(completion);
    }
  }

  /** What the application is told of a delivered message. */
  static PublishReceipt receiptOf(
      OutboundPublish publish, ReasonCode reason, Packet.@Nullable Ack acknowledgement) {
    return new PublishReceipt(
        publish.message().topic(),
        publish.message().qos(),
        reason,
        acknowledgement == null ? null : acknowledgement.reasonString(),
        acknowledgement == null ? List.of() : acknowledgement.userProperties());
  }
}
