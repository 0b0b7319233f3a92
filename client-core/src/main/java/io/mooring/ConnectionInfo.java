package io.mooring;

import io.mooring.tls.SpkiPin;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verified connection rests on, and what the broker granted in CONNACK (MQTT 5, section
 * 3.2.2.3).
 *
 * @param endpoint the broker
 * @param tlsVersion such as {@code TLSv1.3}
 * @param cipherSuite such as {@code TLS_AES_128_GCM_SHA256}
 * @param matchedPin the pin that the broker's path satisfied, or null if no pins are configured
 * @param serverProof the method by which the broker proved itself, such as {@code SCRAM-SHA-256},
 *     or null if it rests on TLS alone
 * @param clientId ours, or the Assigned Client Identifier
 * @param sessionPresent true if the broker resumed the session
 * @param sessionExpiry how long the broker keeps the session after a disconnect
 * @param keepAlive ours, or Server Keep Alive; zero is off
 * @param receiveMaximum QoS 1 and 2 messages that the broker takes unacknowledged
 * @param maximumPacketSize bytes of the largest packet that the broker takes
 * @param maximumQos the highest QoS that the broker takes
 * @param retainAvailable false if it takes no retained messages
 * @param wildcardSubscriptionAvailable false if it takes no filter with {@code +} or {@code #}
 * @param sharedSubscriptionAvailable false if it takes no {@code $share/...}
 * @param subscriptionIdentifiersAvailable false if it takes no Subscription Identifiers
 * @param responseInformation Response Information, or null
 * @param serverReference Server Reference, or null
 * @param reasonString what the broker added, or null
 * @param userProperties what the broker added
 */
public record ConnectionInfo(
    Endpoint endpoint,
    String tlsVersion,
    String cipherSuite,
    @Nullable SpkiPin matchedPin,
    @Nullable String serverProof,
    String clientId,
    boolean sessionPresent,
    Duration sessionExpiry,
    Duration keepAlive,
    int receiveMaximum,
    long maximumPacketSize,
    Qos maximumQos,
    boolean retainAvailable,
    boolean wildcardSubscriptionAvailable,
    boolean sharedSubscriptionAvailable,
    boolean subscriptionIdentifiersAvailable,
    @Nullable String responseInformation,
    @Nullable String serverReference,
    @Nullable String reasonString,
    List<UserProperty> userProperties) {}
