package io.mooring;

import io.mooring.internal.session.InboundPublish;

/** What a handler would be given. */
public final class ReceivedMessages {
  private ReceivedMessages() {}

  /** The message of {@code received}. */
  public static Message of(InboundPublish received) {
    return Message.received(received);
  }
}
