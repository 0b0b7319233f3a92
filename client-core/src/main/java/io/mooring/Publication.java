package io.mooring;

import java.util.concurrent.CompletionStage;

/**
 * One message given to {@link SecureMqttClient#publish}: first it is accepted, then delivered. Both
 * stages complete on a thread of the client or on the configured executor, never on the event loop.
 */
public interface Publication {
  /**
   * Completes when the client is bound to deliver the message. With an outbox and QoS 1 or 2: once
   * it is durable, so that it survives a crash and a power cut. Without an outbox, and at QoS 0: at
   * once, since it is held in memory only.
   *
   * <p>Fails with a {@link io.mooring.error.MooringException} if it cannot be kept: the disk did
   * not take it, or {@link io.mooring.error.ClientClosedException}; the message is then not kept
   * and not sent.
   */
  CompletionStage<Void> accepted();

  /**
   * Completes when the broker has acknowledged the message (QoS 0: when it was handed to TLS), or
   * exceptionally with a {@link io.mooring.error.PublishException} if it never will be; a refused
   * message is not sent again. A message that {@link #accepted} failed for fails here as well.
   */
  CompletionStage<PublishReceipt> delivered();
}
