package io.mooring;

/**
 * What became of the messages that the broker sent. At every moment {@code received = handled +
 * handlerFailures + dropped + ended + unsolicited + retainedRefused + waiting}.
 *
 * <p>A message that matches several subscriptions counts once for each of them, since each handles
 * it; one that the broker sends again at QoS 1 counts again.
 *
 * @param received came from the broker
 * @param handled the handler returned
 * @param handlerFailures the handler threw
 * @param dropped lost to the subscription's {@link SubscribeOptions.Overflow}
 * @param ended the subscription ended, or the client was closed, before the message was handled
 * @param unsolicited on a topic that this client has no subscription for: acknowledged and dropped,
 *     or given to {@link ClientBuilder#unsolicited}, whatever that does with it
 * @param retainedRefused retained, where the topic policy refuses that ({@link
 *     io.mooring.policy.TopicPolicy#refuseRetained}): acknowledged and dropped
 * @param waiting in a queue, or with a handler that has not returned
 */
public record InboundCounters(
    long received,
    long handled,
    long handlerFailures,
    long dropped,
    long ended,
    long unsolicited,
    long retainedRefused,
    long waiting) {

  /** Nothing counted yet. */
  public static final InboundCounters NONE = new InboundCounters(0, 0, 0, 0, 0, 0, 0, 0);

  /** The sums of these counters and others. */
  public InboundCounters plus(InboundCounters other) {
    return new InboundCounters(
        received + other.received,
        handled + other.handled,
        handlerFailures + other.handlerFailures,
        dropped + other.dropped,
        ended + other.ended,
        unsolicited + other.unsolicited,
        retainedRefused + other.retainedRefused,
        waiting + other.waiting);
  }
}
