package io.mooring.internal.outbox;

import java.util.Arrays;

/**
 * The entries of one segment and which of them live, 4 bytes each: runs of consecutive ids with
 * their sizes, 0 for a dead one, negative for QoS 2. Sizes rather than bits, because the bound on
 * bytes has to be counted down without reading the disk.
 */
final class LiveIds {
  private static final int FIRST_CAPACITY = 16;

  /** In a rewritten segment the dead between two live ones are not worth a run of their own. */
  private static final int REWRITE_GAP = 16;

  private final int largestGap;
  private long[] firstIds = new long[1];
  private int[][] sizes = new int[1][];
  private int[] counts = new int[1];
  private int runs;
  private int live;
  private long liveBytes;
  private int seen;

  LiveIds(boolean rewrite) {
    this.largestGap = rewrite ? REWRITE_GAP : 0;
  }

  /** How many were added. */
  int seen() {
    return seen;
  }

  int live() {
    return live;
  }

  long liveBytes() {
    return liveBytes;
  }

  /** The last id added, or 0. */
  long lastId() {
    return runs == 0 ? 0 : firstIds[runs - 1] + counts[runs - 1] - 1;
  }

  /** The first id added, or 0. */
  long firstId() {
    return runs == 0 ? 0 : firstIds[0];
  }

  /** Adds a live entry; false if {@code id} is not larger than all before. */
  boolean add(long id, int size, boolean exactlyOnce) {
    long last = lastId();
    if (id <= last) {
      return false;
    }
    if (runs == 0 || id - last - 1 > largestGap) {
      newRun(id);
    } else {
      for (long dead = last + 1; dead < id; dead++) {
        push(0);
      }
    }
    push(exactlyOnce ? -size : size);
    seen++;
    live++;
    liveBytes += size;
    return true;
  }

  private void newRun(long id) {
    trim();
    if (runs == firstIds.length) {
      firstIds = Arrays.copyOf(firstIds, runs * 2);
      sizes = Arrays.copyOf(sizes, runs * 2);
      counts = Arrays.copyOf(counts, runs * 2);
    }
    firstIds[runs] = id;
    sizes[runs] = new int[largestGap > 0 ? 1 : FIRST_CAPACITY];
    counts[runs] = 0;
    runs++;
  }

  private void push(int size) {
    int run = runs - 1;
    if (counts[run] == sizes[run].length) {
      sizes[run] = Arrays.copyOf(sizes[run], counts[run] * 2);
    }
    sizes[run][counts[run]++] = size;
  }

  /** Gives back the room that was kept for more entries. */
  void trim() {
    if (runs > 0) {
      sizes[runs - 1] = Arrays.copyOf(sizes[runs - 1], counts[runs - 1]);
    }
  }

  /** True if {@code id} was added, dead or alive; exact unless the segment is a rewrite. */
  boolean contains(long id) {
    int run = runOf(id);
    return run >= 0 && id - firstIds[run] < counts[run];
  }

  /** The size of a live entry, or 0. */
  int size(long id) {
    return Math.abs(value(id));
  }

  /** True if {@code id} lives and is of QoS 2. */
  boolean isExactlyOnce(long id) {
    return value(id) < 0;
  }

  /** Marks {@code id} dead; returns its size, or 0 if it did not live. */
  int remove(long id) {
    int size = size(id);
    if (size > 0) {
      int run = runOf(id);
      sizes[run][(int) (id - firstIds[run])] = 0;
      live--;
      liveBytes -= size;
    }
    return size;
  }

  /** The first live id behind {@code afterId}, or 0 if there is none. */
  long nextLive(long afterId) {
    if (live == 0) {
      return 0;
    }
    for (int run = Math.max(0, runOf(afterId)); run < runs; run++) {
      long from = Math.max(0, afterId + 1 - firstIds[run]);
      for (long i = from; i < counts[run]; i++) {
        if (sizes[run][(int) i] != 0) {
          return firstIds[run] + i;
        }
      }
    }
    return 0;
  }

  private int value(long id) {
    int run = runOf(id);
    if (run < 0 || id - firstIds[run] >= counts[run]) {
      return 0;
    }
    return sizes[run][(int) (id - firstIds[run])];
  }

  /** The last run that begins at or before {@code id}, or -1. */
  private int runOf(long id) {
    int found = Arrays.binarySearch(firstIds, 0, runs, id);
    return found >= 0 ? found : -found - 2;
  }
}
