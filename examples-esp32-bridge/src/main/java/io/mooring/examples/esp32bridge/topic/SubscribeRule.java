package io.mooring.examples.esp32bridge.topic;

import io.mooring.Qos;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a device is sent from the cloud.
 *
 * @param filter below the device's subtree
 * @param qos the Maximum QoS that the bridge subscribes with
 * @param retain whether retained messages are asked for; a retained command acts at every start
 * @param expiry how long a command waits for the device at most; null for the bridge's default
 */
public record SubscribeRule(
    TopicFilter filter, Qos qos, boolean retain, @Nullable Duration expiry) {}
