package io.mooring.internal.engine;

import io.mooring.Message;
import io.mooring.error.ClientClosedException;
import io.mooring.error.MooringException;
import io.mooring.internal.session.PublishQueue;
import io.mooring.internal.session.SessionJournal;

/**
 * What the application publishes: accepted within bounds on the caller's thread, queued for the
 * session on the loop, and settled with a receipt.
 */
interface Outgoing {
  /** What the session sends from. */
  PublishQueue queue();

  /** What the session remembers in. */
  SessionJournal journal();

  /**
   * Takes a message, within the bounds, and tells {@code pending} what becomes of it. Any thread.
   *
   * @throws io.mooring.error.QueueFullException if it does not fit
   */
  void publish(Message message, PendingPublish pending);

  /** Moves what callers left into the queue. Loop only. */
  void takeSubmitted();

  /** True if nothing that was taken, in this run or an earlier one, is left. */
  boolean isEmpty();

  /** How many messages were taken and are neither delivered nor failed. Any thread. */
  int pending();

  /** What those are told whose messages are left when the client is closed. */
  ClientClosedException atClose();

  /**
   * The client is closed, and the session has failed what it knew of. Fails the rest with {@code
   * cause}; {@code done} runs on the loop once nothing is left to be written. Loop only, once.
   */
  void close(MooringException cause, Runnable done);
}
