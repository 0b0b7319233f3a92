package io.mooring.enrol.rotation;

import io.mooring.keystore.PinSetDocument;
import io.mooring.keystore.PinSetException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The pin sets that the rotation's thread has not come to: one at most, since that thread may wait
 * for minutes, and whoever may publish where the sets come from may do so without end.
 */
final class PinSetOffers {
  /** Below every counter. */
  private static final long NOT_FOR_US = 0;

  private static final long UNKNOWN = -1;

  private final Predicate<PinSetDocument> forThisDevice;
  private final Runnable begin;
  private @Nullable Offer waiting;

  /** A document that nobody has looked at. */
  static final class Offer {
    final byte[] bytes;
    final CompletableFuture<Void> result = new CompletableFuture<>();
    private final CompletionStage<Void> outcome = result.minimalCompletionStage();
    private long rank = UNKNOWN;

    private Offer(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  /**
   * @param forThisDevice whether a document, whose signature holds, is for this device and host
   * @param begin has {@link #next} called once, later and on another thread
   */
  PinSetOffers(Predicate<PinSetDocument> forThisDevice, Runnable begin) {
    this.forThisDevice = forThisDevice;
    this.begin = begin;
  }

  /** Has one wait; see {@link PinSetRotation#offer}. */
  CompletionStage<Void> add(byte[] document) {
    // One byte too many is refused like a million, when its turn comes.
    int length = Math.min(document.length, PinSetDocument.MAX_BYTES + 1);
    Offer offer = new Offer(Arrays.copyOf(document, length));
    Offer leftOut = null;
    synchronized (this) {
      Offer before = waiting;
      if (before != null && MessageDigest.isEqual(before.bytes, offer.bytes)) {
        return before.outcome;
      }
      if (before == null) {
        begin.run();
      } else {
        leftOut = rank(offer) < rank(before) ? offer : before;
      }
      waiting = leftOut == offer ? before : offer;
    }
    if (leftOut != null) {
      leftOut.result.completeExceptionally(new PinSetLeftOutException());
    }
    return offer.outcome;
  }

  private long rank(Offer offer) {
    if (offer.rank == UNKNOWN) {
      offer.rank = counter(offer);
    }
    return offer.rank;
  }

  /** What an offer says is believed only once it is signed: nobody else can displace one. */
  private long counter(Offer offer) {
    try {
      PinSetDocument document = PinSetDocument.parse(offer.bytes);
      return forThisDevice.test(document) ? document.counter() : NOT_FOR_US;
    } catch (PinSetException e) {
      return NOT_FOR_US; // why is said once its turn comes
    }
  }

  /** The one that waits, which waits no longer. */
  synchronized Offer next() {
    Offer next = Objects.requireNonNull(waiting, "begin runs once for each that waits");
    waiting = null;
    return next;
  }
}
