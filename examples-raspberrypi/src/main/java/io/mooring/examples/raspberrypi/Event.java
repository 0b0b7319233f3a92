package io.mooring.examples.raspberrypi;

import io.mooring.ConnectionState;
import java.time.Duration;

/** What the device's loop waits for. */
sealed interface Event {
  /** The client changed its state. */
  record Connection(ConnectionState state) implements Event {}

  /** The button was pressed or released. */
  record Button(boolean pressed) implements Event {}

  /** A command changed the time between two readings. */
  record NewInterval(Duration interval) implements Event {}

  /** Somebody wants the device to end. */
  record Stop(String why) implements Event {}
}
