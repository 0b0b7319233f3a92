package io.mooring.testkit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What the connections of one scripted broker and the test share; every wait has a bound. */
final class BrokerState {
  private final List<MqttPacket> received = new ArrayList<>();
  private final List<Wire> wires = new ArrayList<>();
  private final List<Exception> handshakeFailures = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final Set<String> cues = new HashSet<>();
  private int running;
  private boolean closing;

  synchronized void received(MqttPacket packet) {
    received.add(packet);
    notifyAll();
  }

  synchronized List<MqttPacket> received() {
    return List.copyOf(received);
  }

  synchronized void opened(Wire wire) {
    wires.add(wire);
    notifyAll();
  }

  synchronized List<Wire> wires() {
    return List.copyOf(wires);
  }

  synchronized void handshakeFailed(Exception failure) {
    handshakeFailures.add(failure);
    notifyAll();
  }

  synchronized List<Exception> handshakeFailures() {
    return List.copyOf(handshakeFailures);
  }

  /** Failures count until the broker is told to close; what comes after is the closing itself. */
  synchronized void failed(Throwable failure) {
    if (!closing) {
      failures.add(failure);
    }
    notifyAll();
  }

  /** Hands over the failures; each is reported once. */
  synchronized List<Throwable> takeFailures() {
    List<Throwable> taken = List.copyOf(failures);
    failures.clear();
    return taken;
  }

  /** A script begins, or ends its open-ended part. */
  synchronized void busy() {
    running++;
  }

  /** A script ends, or begins a part that only the client or the test ends. */
  synchronized void idle() {
    running--;
    notifyAll();
  }

  synchronized int running() {
    return running;
  }

  synchronized void cue(String name) {
    cues.add(name);
    notifyAll();
  }

  synchronized boolean cued(String name) {
    return cues.contains(name);
  }

  synchronized void close() {
    closing = true;
    notifyAll();
  }

  synchronized boolean closing() {
    return closing;
  }

  /**
   * Waits for a condition on this state.
   *
   * @return whether it holds; false after the bound
   */
  synchronized boolean await(BooleanSupplier condition, long boundNanos)
      throws InterruptedException {
    long deadline = System.nanoTime() + boundNanos;
    while (!condition.getAsBoolean()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }
}
