package io.mooring.examples.raspberrypi.hardware;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.PullResistance;
import com.pi4j.io.i2c.I2C;
import com.pi4j.library.gpiod.internal.GpioDException;
import com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalInputProvider;
import com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalOutputProvider;
import com.pi4j.plugin.linuxfs.provider.i2c.LinuxFsI2CProvider;
import com.pi4j.provider.Provider;
import java.util.function.Consumer;

/**
 * What is reached through Pi4J: lines by libgpiod, I2C by the kernel's i2c-dev. A context has the
 * providers that it is given and no others: nothing is searched for, so a sensor on I2C needs no
 * permission for lines. No shutdown hook: whoever opens also closes. Pi4J's one thread waits for
 * the button's edges, and is there only if there is a button.
 *
 * <p>Pi4J throws unchecked exceptions, and errors where its native libraries do not load; all leave
 * here as {@link HardwareException}.
 */
final class Pi4jParts implements AutoCloseable {
  // Contacts bounce for a few milliseconds.
  private static final long DEBOUNCE_MICROS = 20_000;

  private final Context context;

  private Pi4jParts(Context context) {
    this.context = context;
  }

  /** Lines of the chip that the header's pins belong to. */
  static Pi4jParts lines() throws HardwareException {
    return with(GpioDDigitalOutputProvider.newInstance(), GpioDDigitalInputProvider.newInstance());
  }

  /** I2C buses. */
  static Pi4jParts i2c() throws HardwareException {
    return with(LinuxFsI2CProvider.newInstance());
  }

  static Pi4jParts with(Provider<?, ?, ?>... providers) throws HardwareException {
    try {
      return new Pi4jParts(
          Pi4J.newContextBuilder().noAutoDetect().disableShutdownHook().add(providers).build());
    } catch (Pi4JException | GpioDException | IllegalStateException | LinkageError e) {
      throw new HardwareException("Pi4J did not begin: " + root(e), e);
    }
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
    } catch (Pi4JException | GpioDException | IllegalStateException | LinkageError e) {
      throw noLine("LED", line, e);
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
    } catch (Pi4JException | GpioDException | IllegalStateException | LinkageError e) {
      throw noLine("button", line, e);
    }
  }

  private static HardwareException noLine(String what, int line, Throwable cause) {
    return new HardwareException(
        what
            + " on line "
            + line
            + ": "
            + root(cause)
            + ". Is this a Raspberry Pi, is the line free, and may this user open /dev/gpiochip0?",
        cause);
  }

  /**
   * An I2C device; the one of before at this place is given up.
   *
   * @param place for messages
   */
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
          place + ": " + root(e) + ". Is I2C switched on, and may this user open the bus?", e);
    }
  }

  @Override
  public void close() throws HardwareException {
    try {
      context.shutdown();
    } catch (Pi4JException e) {
      throw new HardwareException("Pi4J did not end in good order: " + root(e), e);
    }
  }

  /** Pi4J wraps, and an error of a class's initialisation says nothing itself. */
  private static String root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  private record LineLed(DigitalOutput output, int line) implements Led {
    @Override
    public String set(boolean on) throws HardwareException {
      try {
        output.setState(on);
      } catch (Pi4JException e) {
        throw new HardwareException("the LED cannot be switched: " + root(e), e);
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
      return new HardwareException(place + " does not answer: " + root(cause), cause);
    }
  }
}
