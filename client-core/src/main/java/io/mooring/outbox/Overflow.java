package io.mooring.outbox;

/** What happens to a message that does not fit into a full {@link Outbox}. Never silent. */
public enum Overflow {
  /** The new message is refused with a typed error at {@code publish}. The default. */
  REJECT,
  /**
   * The oldest messages that are not in flight make room; each of their receipts fails and the drop
   * is counted. The new message is refused if that is not enough.
   */
  DROP_OLDEST,
  /** The new message is dropped: its receipt fails and the drop is counted. */
  DROP_NEWEST
}
