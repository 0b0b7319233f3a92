package io.mooring.bench.child;

import io.mooring.bench.peer.Session;
import io.mooring.bench.peer.Window;

/** Publishes a number of messages through a window and waits until the broker has all of them. */
final class Publishing {
  private Publishing() {}

  static Reply run(Session session, Worker.Command command) throws Exception {
    int qos = command.number("qos");
    byte[] payload = new byte[command.number("size")];
    Window window = new Window(command.number("window"));
    Meter meter = Meter.start();
    session.publishMany(qos, payload, command.number("count"), window);
    window.awaitEmpty();
    if (qos == 0) {
      // The broker handles packets in order: it has all that came before this one.
      Window last = new Window(1);
      last.enter();
      session.publish(Session.TOPIC, 1, payload, last);
      last.awaitEmpty();
    }
    return meter.stop(new Reply());
  }
}
