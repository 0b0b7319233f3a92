package io.mooring.examples.raspberrypi;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What the device can be told. */
sealed interface Command {
  /** {@code led}: switch the LED. */
  record Switch(boolean on) implements Command {}

  /** {@code interval}: time between two readings. */
  record Interval(Duration period) implements Command {}

  /** {@code read}: all sensors, now. */
  record Read() implements Command {}

  /** {@code settings}: those that can change while the device runs. */
  record ShowSettings() implements Command {}

  /**
   * Reads a command whole or refuses it.
   *
   * @param name the last level of the command topic
   * @param payload {@code on} or {@code off}; whole seconds from 1 to 3600; or nothing
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
      case "read" -> plain("read", text, new Read());
      case "settings" -> plain("settings", text, new ShowSettings());
      default ->
          throw new RefusedCommandException(
              "unknown command '" + printable(name) + "'; known: led, interval, read, settings");
    };
  }

  private static Command plain(String name, String text, Command command)
      throws RefusedCommandException {
    if (!text.isEmpty()) {
      throw refused(name, "no payload", text);
    }
    return command;
  }

  private static Command interval(String text) throws RefusedCommandException {
    // Bounded before it is a number: four digits cannot overflow.
    if (text.matches("[0-9]{1,4}")) {
      int seconds = Integer.parseInt(text);
      if (seconds >= 1 && seconds <= 3600) {
        return new Interval(Duration.ofSeconds(seconds));
      }
    }
    throw refused("interval", "whole seconds from 1 to 3600", text);
  }

  private static RefusedCommandException refused(String name, String expected, String got) {
    return new RefusedCommandException(
        name + " takes " + expected + ", not '" + printable(got) + "'");
  }

  /** What comes from outside goes to a terminal and back only as short, plain ASCII. */
  static String printable(String text) {
    String plain = text.replaceAll("[^ -~]", "?");
    return plain.length() <= 32 ? plain : plain.substring(0, 32) + "...";
  }
}
