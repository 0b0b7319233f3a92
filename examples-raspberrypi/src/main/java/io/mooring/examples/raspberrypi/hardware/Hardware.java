package io.mooring.examples.raspberrypi.hardware;

import java.util.List;
import java.util.function.Consumer;

/** All that is wired to the board, as it was configured. */
public interface Hardware extends AutoCloseable {
  List<Sensor> sensors();

  Led led();

  /** Tells of each press (true) and release, on a thread of the hardware's own; from now on. */
  void onButton(Consumer<Boolean> listener);

  /** What was found and what is missing, for people: one line. */
  String describe();

  /** Gives lines and buses back. */
  @Override
  void close();
}
