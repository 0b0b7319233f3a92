package io.mooring.internal.engine;

import io.mooring.internal.net.LinkGate;
import io.mooring.internal.session.SessionJournal;
import java.util.ArrayDeque;

/**
 * Holds back, on one connection, what the session wrote until the journal's part of it is durable:
 * a Packet Identifier before its PUBLISH, and so on. Each step of the session that told the journal
 * something puts a barrier in front of the bytes it wrote; the disk takes barriers away, several at
 * a time, while further steps run. Without an outbox there is never one.
 */
final class SendGate implements LinkGate {
  private final SessionJournal journal;
  private final ArrayDeque<Barrier> barriers = new ArrayDeque<>(1);
  private long sent;
  private long seen;
  private long marked;

  /**
   * In the order in which bytes and journal grow.
   *
   * @param from how many bytes of this connection may leave before it falls
   * @param told what has to be durable then
   */
  private record Barrier(long from, long told) {}

  /** An open gate, unless something told earlier is still on its way to the disk. */
  SendGate(SessionJournal journal) {
    this.journal = journal;
    this.marked = journal.durable();
  }

  @Override
  public int open(int waiting) {
    long told = journal.told();
    if (told > marked && journal.isWritable()) {
      // While it is not, the session writes nothing that follows from what was told; the barrier
      // falls in place before the first byte that does.
      barriers.add(new Barrier(seen, told));
      marked = told;
    }
    seen = sent + waiting;
    long durable = journal.durable();
    for (Barrier first = barriers.peek();
        first != null && first.told <= durable;
        first = barriers.peek()) {
      barriers.remove();
    }
    Barrier next = barriers.peek();
    return next == null ? waiting : (int) (next.from - sent);
  }

  @Override
  public void left(int count) {
    sent += count;
  }

  /** True while bytes wait for the disk. */
  boolean isHolding() {
    return !barriers.isEmpty();
  }
}
