package io.mooring.examples.raspberrypi;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What the device can be told. */
sealed interface Command {
  /** The shortest time between two readings. */
  Duration SHORTEST = Duration.ofSeconds(1);

  /** The longest time between two readings. */
  Duration LONGEST = Duration.ofHours(1);

  /** {@code led}: switch the board's LED. */
  record Switch(boolean on) implements Command {}

  /** {@code interval}: time between two readings. */
  record Interval(Duration period) implements Command {}

  /**
   * Reads a command whole or refuses it.
   *
   * @param name the last level of the command topic
   * @param payload {@code on} or {@code off}, or whole seconds from 1 to 3600
   */
  static Command parse(String name, byte[] payload) throws RefusedCommandException {
    String text = new String(payload, StandardCharsets.UTF_8);
    return switch (name) {
      case "led" ->
          switch (text) {
            case "on" -> new Switch(true);
            case "off" -> new Switch(false);
            default -> throw refused("led", "on or off", text);
          };
      case "interval" -> interval(text);
      default ->
          throw new RefusedCommandException(
              "unknown command '" + printable(name) + "'; known: led, interval");
    };
  }

  private static Command interval(String text) throws RefusedCommandException {
    // Bounded before it is a number: four digits cannot overflow.
    if (!text.matches("[0-9]{1,4}")) {
      throw refused("interval", "whole seconds from 1 to 3600", text);
    }
    Duration period = Duration.ofSeconds(Integer.parseInt(text));
    if (period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0) {
      throw refused("interval", "whole seconds from 1 to 3600", text);
    }
    return new Interval(period);
  }

  private static RefusedCommandException refused(String name, String expected, String got) {
    return new RefusedCommandException(
        name + " takes " + expected + ", not '" + printable(got) + "'");
  }

  /** What comes from outside goes to a terminal and back only as short, plain ASCII. */
  private static String printable(String text) {
    String plain = text.replaceAll("[^ -~]", "?");
    return plain.length() <= 32 ? plain : plain.substring(0, 32) + "...";
  }
}
