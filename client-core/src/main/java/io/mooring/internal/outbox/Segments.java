package io.mooring.internal.outbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments on disk, oldest first. The oldest goes when nothing in it lives; never one in the
 * middle, because it may hold the only note that an older entry has died.
 */
final class Segments {
  private final FileOps files;
  private final Path folder;
  private List<Segment> all = new ArrayList<>();

  /** Names to be deleted before any other, in order: their entries would come back otherwise. */
  private Deque<String> doomed = new ArrayDeque<>();

  private boolean renameUnforced;

  Segments(FileOps files, Path folder, Collection<Segment> found, Collection<String> superseded) {
    this.files = files;
    this.folder = folder;
    all.addAll(found);
    doomed.addAll(superseded);
  }

  List<Segment> all() {
    return all;
  }

  void add(Segment segment) {
    all.add(segment);
  }

  /** The segment in which {@code id} lives, or null. */
  @Nullable Segment holding(long id) {
    for (Segment each : all) {
      if (each.ids().size(id) > 0) {
        return each;
      }
    }
    return null;
  }

  /** The first live entry behind {@code afterId}, or 0. */
  long nextLive(long afterId) {
    for (Segment each : all) {
      long id = each.ids().nextLive(afterId);
      if (id > 0) {
        return id;
      }
    }
    return 0;
  }

  int liveMessages() {
    int live = 0;
    for (Segment each : all) {
      live += each.ids().live();
    }
    return live;
  }

  long liveBytes() {
    long bytes = 0;
    for (Segment each : all) {
      bytes += each.ids().liveBytes();
    }
    return bytes;
  }

  long diskBytes() {
    long bytes = 0;
    for (Segment each : all) {
      bytes += each.fileLength;
    }
    return bytes;
  }

  List<Snapshot.Known> known() {
    List<Snapshot.Known> known = new ArrayList<>();
    long end = 1;
    for (Segment each : all) {
      Snapshot.Known item = each.known();
      end = Math.max(end, item.endId());
      known.add(new Snapshot.Known(item.number(), item.tag(), item.length(), end, item.live()));
    }
    return known;
  }

  /** True if something could go, were a newer segment durable. */
  boolean hasDead() {
    return all.size() > 1 && all.get(0).ids().live() == 0;
  }

  /**
   * Deletes what is dead, as far as the disk lets; the rest waits for the next time. Each deletion
   * is durable before the next, so that a crash leaves no gap. The newest that was forced stays:
   * the session stands in it.
   */
  void reclaim() throws IOException {
    bury();
    while (hasNewer(all) && all.get(0).ids().live() == 0) {
      doomed.add(Segment.name(all.get(0).number(), Segment.SUFFIX)); // first: it takes memory
      all.remove(0);
      bury();
    }
  }

  private static boolean hasNewer(List<Segment> all) {
    for (int i = 1; i < all.size(); i++) {
      if (all.get(i).durable) {
        return true;
      }
    }
    return false;
  }

  private void bury() throws IOException {
    if (renameUnforced) {
      files.forceFolder(folder);
      renameUnforced = false;
    }
    while (!doomed.isEmpty()) {
      files.delete(folder.resolve(doomed.getFirst()));
      files.forceFolder(folder);
      doomed.removeFirst();
    }
  }

  /** Prepares for {@code rewrite} to take the place of the {@code count} oldest. */
  Replacement replacing(int count, Segment rewrite) {
    Deque<String> dooming = new ArrayDeque<>(doomed);
    for (Segment each : all.subList(0, count - 1)) {
      dooming.add(Segment.name(each.number(), Segment.SUFFIX));
    }
    List<Segment> left = new ArrayList<>();
    left.add(rewrite);
    left.addAll(all.subList(count, all.size()));
    return new Replacement(left, dooming);
  }

  /** What is to be known once a rewrite has the last one's file; made before, without a gap. */
  final class Replacement {
    private final List<Segment> left;
    private final Deque<String> dooming;

    private Replacement(List<Segment> left, Deque<String> dooming) {
      this.left = left;
      this.dooming = dooming;
    }

    /** The file has its name. Takes no memory, and cannot fail. */
    void happened() {
      all = left;
      doomed = dooming;
      renameUnforced = true;
    }
  }
}
