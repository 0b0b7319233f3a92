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
  private volatile boolean awaited;
  private volatile Publications.@Nullable Watch watch;

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

  /** It is kept from now on. */
  void acceptedNow() {
    accepted.complete(null);
  }

  /** It was never accepted. */
  void rejected(MooringException cause) {
    accepted.completeExceptionally(cause);
    receipt.completeExceptionally(cause);
  }

  /** It will not be delivered. */
  void fail(MooringException cause) {
    receipt.completeExceptionally(cause);
  }

  /** The broker has it. */
  void deliver(PublishReceipt facts) {
    receipt.complete(facts);
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
