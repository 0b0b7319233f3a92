package io.mooring.examples.raspberrypi.hardware;

import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.PullResistance;
import com.pi4j.io.i2c.I2C;
import java.util.function.Consumer;

/**
 * What is reached through Pi4J: lines by gpiod, I2C by the kernel's i2c-dev. Pi4J throws unchecked
 * exceptions, and errors where its native libraries do not load; all leave here as {@link
 * HardwareException}.
 */
final class Pi4jParts {
  // Contacts bounce for a few milliseconds.
  private static final long DEBOUNCE_MICROS = 20_000;

  private final Context context;

  Pi4jParts(Context context) {
    this.context = context;
  }

  Led led(int line) throws HardwareException {
    DigitalOutput output;
    try {
      output =
          context.create(
              DigitalOutput.newConfigBuilder(context)
                  .id("led")
                  .address(line)
                  .initial(DigitalState.LOW)
                  .shutdown(DigitalState.LOW)
                  .build());
    } catch (Pi4JException | IllegalStateException | LinkageError e) {
      throw noLine("led", line, e);
    }
    return new LineLed(output, line);
  }

  /** The button pulls its line to ground when it is pressed. */
  void button(int line, Consumer<Boolean> pressed) throws HardwareException {
    try {
      DigitalInput input =
          context.create(
              DigitalInput.newConfigBuilder(context)
                  .id("button")
                  .address(line)
                  .pull(PullResistance.PULL_UP)
                  .debounce(DEBOUNCE_MICROS)
                  .build());
      input.addListener(event -> pressed.accept(event.state() == DigitalState.LOW));
    } catch (Pi4JException | IllegalStateException | LinkageError e) {
      throw noLine("button", line, e);
    }
  }

  private static HardwareException noLine(String what, int line, Throwable cause) {
    return new HardwareException(
        what
            + " on line "
            + line
            + ": "
            + cause.getMessage()
            + ". Is this a Raspberry Pi, and may this user open /dev/gpiochip0?",
        cause);
  }

  /** An I2C device; {@code place} is for messages. */
  Registers registers(int bus, int device, String place) throws HardwareException {
    String id = "i2c-" + bus + "-" + device;
    try {
      if (context.hasIO(id)) {
        context.shutdown(id);
      }
      I2C i2c =
          context.create(I2C.newConfigBuilder(context).id(id).bus(bus).device(device).build());
      return new I2cRegisters(i2c, place);
    } catch (Pi4JException | IllegalStateException | LinkageError e) {
      throw new HardwareException(
          place + ": " + e.getMessage() + ". Is I2C switched on, and may this user open it?", e);
    }
  }

  void close() {
    context.shutdown();
  }

  private record LineLed(DigitalOutput output, int line) implements Led {
    @Override
    public String set(boolean on) throws HardwareException {
      try {
        output.setState(on);
      } catch (Pi4JException e) {
        throw new HardwareException("the LED cannot be switched: " + e.getMessage(), e);
      }
      return "led is " + (on ? "on" : "off");
    }

    @Override
    public String describe() {
      return "LED on line " + line;
    }
  }

  private record I2cRegisters(I2C i2c, String place) implements Registers {
    @Override
    public byte[] read(int first, int length) throws HardwareException {
      byte[] bytes = new byte[length];
      int got;
      try {
        got = i2c.readRegister(first, bytes, 0, length);
      } catch (Pi4JException | LinkageError e) {
        throw silent(e);
      }
      if (got != length) {
        throw new HardwareException(place + ": " + got + " of " + length + " bytes came");
      }
      return bytes;
    }

    @Override
    public void write(int register, int value) throws HardwareException {
      try {
        i2c.writeRegister(register, (byte) value);
      } catch (Pi4JException | LinkageError e) {
        throw silent(e);
      }
    }

    private HardwareException silent(Throwable cause) {
      return new HardwareException(place + " does not answer: " + cause.getMessage(), cause);
    }
  }
}
