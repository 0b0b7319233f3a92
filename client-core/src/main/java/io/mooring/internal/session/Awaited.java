package io.mooring.internal.session;

/**
 * What one of our Packet Identifiers stands for until the broker answered (MQTT 5, section 2.2.1).
 */
sealed interface Awaited permits OutboundPublish, SubscriptionRequest {}
