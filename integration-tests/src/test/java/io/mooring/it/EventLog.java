package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.mooring.telemetry.ClientEvent;
import io.mooring.telemetry.ClientEvents;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps every event of a client. */
final class EventLog implements ClientEvents {
  private final List<ClientEvent> events = new CopyOnWriteArrayList<>();

  @Override
  public void happened(ClientEvent event) {
    events.add(event);
  }

  List<ClientEvent> all() {
    return List.copyOf(events);
  }

  <E extends ClientEvent> List<E> of(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  <E extends ClientEvent> E first(Class<E> kind) {
    await().atMost(20, SECONDS).until(() -> !of(kind).isEmpty());
    return of(kind).get(0);
  }
}
