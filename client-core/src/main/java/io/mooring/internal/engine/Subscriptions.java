package io.mooring.internal.engine;

import io.mooring.SubscribeOptions;
import io.mooring.SubscribeReceipt;
import io.mooring.internal.topic.TopicMatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What this client wants to hear, by Topic Filter, and what it wants to hear no more and has not
 * told the broker yet. Outlives connections: after a lost session the broker is asked again.
 * Confined to the event loop.
 */
final class Subscriptions {
  private final Map<String, Subscription> byFilter = new LinkedHashMap<>();
  private final Map<Integer, Subscription> byIdentifier = new LinkedHashMap<>();
  private final Map<String, List<CompletableFuture<Void>>> leaving = new LinkedHashMap<>(2);
  private int lastIdentifier;

  /** The session may be an earlier run's, and hold what this one never subscribed. */
  private boolean inherited = true;

  /** Most messages are for whom the one before was for. */
  private String lastTopic = "";

  private List<Integer> lastIdentifiers = List.of();
  private List<Subscription> lastMatching = List.of();

  /** One subscription; the identifier lets the broker say which one a message is for. */
  static final class Subscription {
    private final String filter;
    private final int identifier;
    private final SubscribeOptions options;
    private final Mailbox mailbox;
    private boolean mayBeHeld;
    private boolean granted;
    private boolean ended;
    private @Nullable CompletableFuture<SubscribeReceipt> awaited;

    private Subscription(String filter, int identifier, SubscribeOptions options, Mailbox mailbox) {
      this.filter = filter;
      this.identifier = identifier;
      this.options = options;
      this.mailbox = mailbox;
    }

    String filter() {
      return filter;
    }

    int identifier() {
      return identifier;
    }

    SubscribeOptions options() {
      return options;
    }

    /** What it has received and not yet handled. */
    Mailbox mailbox() {
      return mailbox;
    }

    /** True once it was removed or replaced. */
    boolean ended() {
      return ended;
    }

    /** The broker was asked for its filter, now or for the one before it. */
    void mayBeHeld() {
      mayBeHeld = true;
    }

    /** The broker holds it. */
    void granted() {
      granted = true;
    }

    /** The application waits for the first answer of the broker. */
    void awaitedBy(CompletableFuture<SubscribeReceipt> result) {
      awaited = result;
    }

    /** True while somebody waits for an answer. */
    boolean isAwaited() {
      return awaited != null;
    }

    /** Who waits for an answer, once; null if nobody does. */
    @Nullable CompletableFuture<SubscribeReceipt> takeAwaited() {
      CompletableFuture<SubscribeReceipt> result = awaited;
      awaited = null;
      return result;
    }
  }

  /** Every subscription there is. */
  List<Subscription> all() {
    return List.copyOf(byFilter.values());
  }

  /** Adds a subscription; the one that had the filter before has been removed. */
  Subscription put(String filter, SubscribeOptions options, Mailbox mailbox) {
    Subscription subscription = new Subscription(filter, ++lastIdentifier, options, mailbox);
    forgetLastMatch();
    byFilter.put(filter, subscription);
    byIdentifier.put(subscription.identifier, subscription);
    return subscription;
  }

  /** Forgets {@code subscription} and ends its mailbox, unless a later one took its filter. */
  void remove(Subscription subscription) {
    unlink(subscription);
    subscription.mailbox.end();
  }

  private void unlink(Subscription subscription) {
    forgetLastMatch();
    subscription.ended = true;
    byIdentifier.remove(subscription.identifier);
    byFilter.remove(subscription.filter, subscription);
  }

  /**
   * Forgets the one with this filter and returns it, with what its mailbox holds; null if there is
   * none.
   */
  @Nullable Subscription take(String filter) {
    Subscription previous = byFilter.get(filter);
    if (previous != null) {
      unlink(previous);
    }
    return previous;
  }

  /** True if there is a subscription with this filter. */
  boolean has(String filter) {
    return byFilter.containsKey(filter);
  }

  /** Those that the broker does not hold: all after a lost session, else those not yet granted. */
  List<Subscription> missing(boolean sessionPresent) {
    inherited &= sessionPresent;
    List<Subscription> missing = new ArrayList<>();
    for (Subscription subscription : byFilter.values()) {
      if (!sessionPresent) {
        subscription.granted = false;
        subscription.mayBeHeld = false;
      }
      if (!subscription.granted) {
        missing.add(subscription);
      }
    }
    return missing;
  }

  /**
   * True if the broker may hold what was {@code taken} from here; of what was never here, null,
   * nobody knows.
   */
  boolean mayBeHeld(@Nullable Subscription taken) {
    return inherited || taken == null || taken.mayBeHeld;
  }

  /** The broker is to be told that the subscription with this filter is over. */
  void leave(String filter, CompletableFuture<Void> awaiting) {
    leaving.computeIfAbsent(filter, first -> new ArrayList<>(1)).add(awaiting);
  }

  /** The filters of those, the first to leave first. */
  List<String> leaving() {
    return List.copyOf(leaving.keySet());
  }

  /** It is told, or need not be any more: who waits to hear so. Empty if nobody left. */
  List<CompletableFuture<Void>> takeLeaving(String filter) {
    List<CompletableFuture<Void>> awaiting = leaving.remove(filter);
    return awaiting == null ? List.of() : awaiting;
  }

  /**
   * Those a message is for: by the identifiers that the broker sent with it, else by its topic. A
   * broker that resumes a session of an earlier run may send identifiers that mean nothing to this
   * one.
   */
  List<Subscription> matching(String topic, List<Integer> identifiers) {
    if (!topic.equals(lastTopic) || !identifiers.equals(lastIdentifiers)) {
      lastMatching = List.copyOf(match(topic, identifiers));
      lastTopic = topic;
      lastIdentifiers = identifiers;
    }
    return lastMatching;
  }

  /** No Topic Name is empty: the next message is matched anew. */
  private void forgetLastMatch() {
    lastTopic = "";
    lastMatching = List.of();
  }

  private List<Subscription> match(String topic, List<Integer> identifiers) {
    List<Subscription> matching = new ArrayList<>(1);
    for (Integer identifier : identifiers) {
      @Nullable Subscription subscription = byIdentifier.get(identifier);
      if (subscription != null && TopicMatch.matches(subscription.filter, topic)) {
        matching.add(subscription);
      }
    }
    if (matching.isEmpty()) {
      for (Subscription subscription : byFilter.values()) {
        if (TopicMatch.matches(subscription.filter, topic)) {
          matching.add(subscription);
        }
      }
    }
    return matching;
  }
}
