package io.mooring.internal.engine;

import io.mooring.error.MooringException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for stored messages: the application's handles by id. A handle that the application has
 * dropped without asking for its delivered stage is forgotten, so that 200,000 messages on disk are
 * not 200,000 futures in the heap. Confined to the event loop, but for {@link Watch#hold}.
 */
final class Publications {
  private final TreeMap<Long, Watch> watches = new TreeMap<>();
  private final ReferenceQueue<PendingPublish> dropped = new ReferenceQueue<>();

  /** The way from a stored message to the one who published it. */
  static final class Watch extends WeakReference<PendingPublish> {
    private final long id;

    /** Set once somebody waits for the delivered stage. */
    @SuppressWarnings({"UnusedVariable", "FieldCanBeLocal"}) // it is there to be reachable
    private volatile @Nullable PendingPublish held;

    private Watch(long id, PendingPublish pending, ReferenceQueue<PendingPublish> dropped) {
      super(pending, dropped);
      this.id = id;
    }

    /** Keeps {@code pending}: its delivered stage is waited for. Any thread. */
    void hold(PendingPublish pending) {
      held = pending;
    }
  }

  /** {@code pending} is stored as {@code id}. */
  void add(long id, PendingPublish pending) {
    forgetDropped();
    Watch watch = new Watch(id, pending, dropped);
    watches.put(id, watch);
    pending.watchedBy(watch);
  }

  private void forgetDropped() {
    for (Object gone = dropped.poll(); gone != null; gone = dropped.poll()) {
      if (gone instanceof Watch watch) {
        watches.remove(watch.id);
      }
    }
  }

  /** Who published {@code id}, if anybody still waits for it; forgets it. */
  @Nullable PendingPublish take(long id) {
    Watch watch = watches.remove(id);
    return watch == null ? null : watch.get();
  }

  /** Takes all whose ids lie above {@code after} and not above {@code upTo}. */
  List<PendingPublish> take(long after, long upTo) {
    List<PendingPublish> taken = new ArrayList<>();
    if (after >= upTo) {
      return taken;
    }
    var range = watches.subMap(after, false, upTo, true);
    for (Watch watch : range.values()) {
      PendingPublish pending = watch.get();
      if (pending != null) {
        taken.add(pending);
      }
    }
    range.clear();
    return taken;
  }

  /** How many are watched. */
  int size() {
    return watches.size();
  }

  /** Fails whoever still waits. */
  void failAll(MooringException cause, Receipts receipts) {
    for (PendingPublish pending : take(0, Long.MAX_VALUE)) {
      pending.fail(cause, receipts);
    }
  }
}
