package io.mooring.internal.engine;

import io.mooring.Endpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The brokers in order of preference, and whose turn it is. One that no retry can win is set aside;
 * a broker may refer to others, which then come first. Pure.
 */
final class EndpointRing {
  /** Brokers that were named and wait for their turn, at most: references may go in circles. */
  static final int REFERRED = 8;

  private final List<Endpoint> configured;
  private final List<Endpoint> ring;
  private final Set<Endpoint> aside = new HashSet<>();
  private final Deque<Endpoint> referred = new ArrayDeque<>(1);
  private int turn;

  EndpointRing(List<Endpoint> brokers) {
    this.configured = List.copyOf(brokers);
    this.ring = new ArrayList<>(configured);
  }

  /** Where the next attempt goes, or, during one, where it goes to. */
  Endpoint current() {
    Endpoint reference = referred.peek();
    return reference != null ? reference : ring.get(turn);
  }

  /** How many brokers are worth an attempt, the present one included. */
  int usable() {
    int usable = 0;
    for (Endpoint each : referred) {
      usable += aside.contains(each) ? 0 : 1;
    }
    for (Endpoint each : ring) {
      usable += aside.contains(each) ? 0 : 1;
    }
    return usable;
  }

  /** The present one is not tried again until {@link #restore}. */
  void setAside() {
    aside.add(current());
  }

  /**
   * Goes on to the next that is worth an attempt.
   *
   * @return true if that completes a round: every one has had its turn
   */
  boolean advance() {
    Endpoint reference = referred.poll();
    referred.removeIf(aside::contains);
    if (reference != null && !(referred.isEmpty() && aside.contains(ring.get(turn)))) {
      return false; // the turn of the next that was named, or again of who named it
    }
    int last = turn;
    do {
      turn = (turn + 1) % ring.size();
    } while (aside.contains(ring.get(turn)) && turn != last);
    if (reference != null && !ringIsUsable() && !aside.contains(reference)) {
      referred.push(reference);
    }
    return turn <= last;
  }

  private boolean ringIsUsable() {
    return !aside.containsAll(ring);
  }

  /** A lasting connection ended: the search begins at the most preferred one. */
  void toPreferred() {
    if (ringIsUsable()) {
      referred.clear();
      turn = 0;
      while (aside.contains(ring.get(turn))) {
        turn++;
      }
    }
  }

  /**
   * The present one refers to others, which come next, and then it has its turn again. If it has
   * moved for good, the first of them takes its place until {@link #restore}.
   *
   * @return false, and nothing changes, if none of them is worth an attempt
   */
  boolean refer(List<Endpoint> others, boolean moved) {
    List<Endpoint> worth =
        others.stream().filter(each -> !aside.contains(each)).distinct().toList();
    if (worth.isEmpty()) {
      return false;
    }
    boolean wasReference = referred.poll() != null;
    if (moved && !wasReference) {
      ring.set(turn, worth.get(0));
      return true;
    }
    referred.removeAll(worth);
    for (int i = worth.size() - 1; i >= 0; i--) {
      referred.push(worth.get(i));
    }
    while (referred.size() > REFERRED) {
      referred.removeLast();
    }
    return true;
  }

  /** The most preferred broker that comes before the present one and is worth a look, or null. */
  @Nullable Endpoint better() {
    if (!referred.isEmpty()) {
      return null; // the preferred one sent us here
    }
    return ring.subList(0, turn).stream()
        .filter(each -> !aside.contains(each))
        .findFirst()
        .orElse(null);
  }

  /** Everything as configured: none is set aside, references are forgotten. */
  void restore() {
    aside.clear();
    referred.clear();
    ring.clear();
    ring.addAll(configured);
    turn = 0;
  }
}
