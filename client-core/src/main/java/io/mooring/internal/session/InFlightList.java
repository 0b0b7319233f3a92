package io.mooring.internal.session;

import org.jspecify.annotations.Nullable;

/** Publishes in flight in the order they were sent; the links are in the publishes themselves. */
final class InFlightList {
  private @Nullable OutboundPublish first;
  private @Nullable OutboundPublish last;
  private int size;

  @Nullable OutboundPublish first() {
    return first;
  }

  @Nullable OutboundPublish last() {
    return last;
  }

  int size() {
    return size;
  }

  void append(OutboundPublish publish) {
    publish.previous = last;
    publish.next = null;
    if (last == null) {
      first = publish;
    } else {
      last.next = publish;
    }
    last = publish;
    size++;
  }

  void remove(OutboundPublish publish) {
    if (publish.previous == null) {
      first = publish.next;
    } else {
      publish.previous.next = publish.next;
    }
    if (publish.next == null) {
      last = publish.previous;
    } else {
      publish.next.previous = publish.previous;
    }
    publish.previous = null;
    publish.next = null;
    size--;
  }
}
