package io.mooring.examples.esp32bridge.gateway;

import io.mooring.Message;
import io.mooring.Publication;
import io.mooring.error.MessageDroppedException;
import io.mooring.error.PublishNotAllowedException;
import io.mooring.error.QueueFullException;
import io.mooring.examples.esp32bridge.cloud.CloudLeg;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one device on their way into the outbox, in order. A full outbox holds them here;
 * who sent them gets no credit meanwhile, so there are never many.
 */
final class UpLane {
  /** What became of a message: in the outbox, or refused by the client's own policy. */
  enum Outcome {
    ACCEPTED,
    NOT_ALLOWED,
    DROPPED
  }

  private record Item(Message message, Consumer<Outcome> done) {}

  private static final long RETRY_MILLIS = 200;

  private final String device;
  private final CloudLeg cloud;
  private final Core core;
  private final Log log;
  private final Deque<Item> waiting = new ArrayDeque<>();
  private boolean held;

  UpLane(String device, CloudLeg cloud, Core core, Log log) {
    this.device = device;
    this.cloud = cloud;
    this.core = core;
    this.log = log;
  }

  /** Messages that the outbox has not taken. */
  int waiting() {
    return waiting.size();
  }

  void add(Message message, Consumer<Outcome> done) {
    waiting.add(new Item(message, done));
    pump();
  }

  private void pump() {
    while (!held && !waiting.isEmpty()) {
      Item item = waiting.element();
      Publication publication;
      try {
        publication = cloud.publish(device, item.message());
      } catch (QueueFullException e) {
        log.sayOnce("full " + device, "Held back " + device + ": " + e.getMessage());
        hold();
        return;
      } catch (PublishNotAllowedException e) {
        log.sayOnce("policy " + device, e.getMessage() + "");
        waiting.remove();
        item.done().accept(Outcome.NOT_ALLOWED);
        continue;
      }
      waiting.remove();
      publication
          .accepted()
          .whenComplete((taken, failure) -> core.execute(() -> ended(item, failure)));
    }
  }

  private void ended(Item item, @Nullable Throwable failure) {
    if (failure == null) {
      item.done().accept(Outcome.ACCEPTED);
    } else if (failure instanceof MessageDroppedException
        || failure.getCause() instanceof MessageDroppedException) {
      item.done().accept(Outcome.DROPPED);
    } else {
      log.sayOnce("disk " + device, "Not kept, tried again: " + failure.getMessage());
      waiting.addFirst(item);
      hold();
    }
  }

  private void hold() {
    if (!held) {
      held = true;
      core.later(
          () -> {
            held = false;
            pump();
          },
          RETRY_MILLIS,
          TimeUnit.MILLISECONDS);
    }
  }
}
