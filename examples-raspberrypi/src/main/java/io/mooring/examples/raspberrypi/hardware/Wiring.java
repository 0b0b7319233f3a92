package io.mooring.examples.raspberrypi.hardware;

import java.util.OptionalInt;

/**
 * What is wired where. Numbers of lines are those of the chip (BCM), not of the header's pins.
 *
 * @param led the line of the LED
 * @param boardLed the board's own LED instead of one on a line
 * @param button the line of the button, which connects it to ground
 * @param bme280 the I2C bus and address of the BME280, as {@code bus << 8 | address}
 * @param ds18b20 whether there is a one-wire bus
 */
public record Wiring(
    OptionalInt led, boolean boardLed, OptionalInt button, OptionalInt bme280, boolean ds18b20) {

  /** Nothing but the board itself. */
  public static final Wiring BARE =
      new Wiring(OptionalInt.empty(), false, OptionalInt.empty(), OptionalInt.empty(), false);
}
