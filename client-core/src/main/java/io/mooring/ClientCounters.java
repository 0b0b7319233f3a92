package io.mooring;

/**
 * What a client has counted since it was built, over all its connections. The numbers are read one
 * after the other, so while messages arrive they may be apart by those under way.
 *
 * @param received messages that the broker sent; one sent again at QoS 1 counts again
 * @param unsolicited of those, messages on a topic that this client has no subscription for:
 *     acknowledged and dropped
 * @param retainedRefused of those, retained messages that the topic policy refuses ({@link
 *     io.mooring.policy.TopicPolicy#refuseRetained}): acknowledged and dropped
 */
public record ClientCounters(long received, long unsolicited, long retainedRefused) {}
