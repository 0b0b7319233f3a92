package io.mooring;

/**
 * What the broker granted.
 *
 * @param filter the Topic Filter
 * @param granted the QoS that messages may come with; it can be lower than asked for
 */
public record SubscribeReceipt(String filter, Qos granted) {}
