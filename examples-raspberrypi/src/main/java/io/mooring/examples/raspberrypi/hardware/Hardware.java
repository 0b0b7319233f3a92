package io.mooring.examples.raspberrypi.hardware;

import java.util.List;
import java.util.function.Consumer;

/** All that is wired to the board, as it was configured. */
public interface Hardware extends AutoCloseable {
  /** The board, for people, such as {@code Raspberry Pi 4 Model B Rev 1.4}. */
  String model();

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
