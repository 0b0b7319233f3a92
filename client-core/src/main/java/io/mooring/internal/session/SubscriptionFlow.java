package io.mooring.internal.session;

import io.mooring.SubscribeOptions;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.SubscribeException;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.PacketWriter;
import io.mooring.internal.wire.WireBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** SUBSCRIBE and UNSUBSCRIBE on one connection (MQTT 5, sections 3.8 to 3.11). */
final class SubscriptionFlow {
  private final Link link;
  private final SessionState state;
  private final Negotiated limits;
  private final TreeMap<Integer, SubscriptionRequest> unanswered = new TreeMap<>();

  SubscriptionFlow(Link link, SessionState state, Negotiated limits) {
    this.link = link;
    this.state = state;
    this.limits = limits;
  }

  void request(SubscriptionRequest request) {
    String refusal = request.isUnsubscribe() ? null : notOffered(request);
    if (refusal != null) {
      request
          .completion()
          .failed(new SubscribeException(ErrorCode.SUBSCRIPTION_NOT_OFFERED, refusal, null));
      return;
    }
    int packetId = state.allocate(request);
    if (packetId == 0) {
      request
          .completion()
          .failed(
              new SubscribeException(
                  ErrorCode.SUBSCRIBE,
                  "All 65,535 Packet Identifiers wait for the broker's answer. Nothing was sent;"
                      + " try again when messages were acknowledged.",
                  null));
      return;
    }
    WireBuffer encoded = encode(request, packetId);
    if (encoded.length() > limits.maximumPacketSize()) {
      state.free(packetId);
      request
          .completion()
          .failed(
              new SubscribeException(
                  ErrorCode.MESSAGE_TOO_LARGE,
                  name(request)
                      + " of "
                      + request.filters().size()
                      + " filters takes "
                      + encoded.length()
                      + " bytes; this broker's Maximum Packet Size is "
                      + limits.maximumPacketSize()
                      + " bytes (CONNACK). Nothing was sent. Use a shorter filter, or fewer User"
                      + " Properties.",
                  null));
      return;
    }
    unanswered.put(packetId, request);
    link.append(encoded);
  }

  private static WireBuffer encode(SubscriptionRequest request, int packetId) {
    WireBuffer buffer = new WireBuffer();
    PacketWriter writer = new PacketWriter(buffer);
    if (request.isUnsubscribe()) {
      writer.unsubscribe(
          packetId, List.copyOf(request.filters().keySet()), request.userProperties());
    } else {
      writer.subscribe(
          packetId, request.filters(), request.subscriptionIdentifier(), request.userProperties());
    }
    return buffer;
  }

  private @Nullable String notOffered(SubscriptionRequest request) {
    if (request.subscriptionIdentifier() != 0 && !limits.subscriptionIdentifiersAvailable()) {
      return "This broker does not offer Subscription Identifiers (CONNACK). Nothing was sent."
          + " Subscribe without one.";
    }
    for (Map.Entry<String, SubscribeOptions> entry : request.filters().entrySet()) {
      String filter = entry.getKey();
      boolean shared = filter.startsWith("$share/");
      if (shared && !limits.sharedSubscriptionAvailable()) {
        return "Filter '"
            + filter
            + "' is a shared subscription; this broker does not offer them (CONNACK)."
            + " Nothing was sent. Subscribe to the plain filter.";
      }
      if (shared && entry.getValue().noLocal()) {
        return "Filter '"
            + filter
            + "' is a shared subscription with No Local, which the standard forbids (MQTT 5,"
            + " 3.8.3.1). Nothing was sent. Subscribe without No Local.";
      }
      if (!limits.wildcardSubscriptionAvailable()
          && (filter.indexOf('#') >= 0 || filter.indexOf('+') >= 0)) {
        return "Filter '"
            + filter
            + "' holds a wildcard; this broker does not offer them (CONNACK). Nothing was sent."
            + " Subscribe to each topic by name.";
      }
    }
    return null;
  }

  void onSubAck(Packet.SubAck ack) {
    SubscriptionRequest request = unanswered.get(ack.packetId());
    String name = ack.unsubscribe() ? "UNSUBACK" : "SUBACK";
    if (request == null || request.isUnsubscribe() != ack.unsubscribe()) {
      throw link.protocolError(
          name
              + " for Packet Identifier "
              + ack.packetId()
              + ", which does not wait for one (MQTT 5, 3.8.4).");
    }
    if (ack.reasons().size() != request.filters().size()) {
      throw link.protocolError(
          name
              + " with "
              + ack.reasons().size()
              + " Reason Codes for "
              + request.filters().size()
              + " filters (MQTT 5, 3.9.3).");
    }
    unanswered.remove(ack.packetId());
    state.free(ack.packetId());
    request.completion().acknowledged(ack);
  }

  /** No answer will come: fails each request in the order of the identifiers. */
  void ended(MooringException cause) {
    List<SubscriptionRequest> left = new ArrayList<>(unanswered.values());
    unanswered.keySet().forEach(state::free);
    unanswered.clear();
    left.forEach(request -> request.completion().failed(cause));
  }

  private static String name(SubscriptionRequest request) {
    return request.isUnsubscribe() ? "UNSUBSCRIBE" : "SUBSCRIBE";
  }
}
