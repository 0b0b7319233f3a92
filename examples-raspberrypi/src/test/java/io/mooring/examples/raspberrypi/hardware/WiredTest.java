package io.mooring.examples.raspberrypi.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.pi4j.io.gpio.digital.DigitalInputProvider;
import com.pi4j.io.gpio.digital.DigitalOutputProvider;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalInput;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalInputProvider;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutput;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutputProvider;
import com.pi4j.plugin.mock.provider.i2c.MockI2C;
import com.pi4j.plugin.mock.provider.i2c.MockI2CProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wiring against Pi4J's own simulation, and against a machine that is no Raspberry Pi. */
class WiredTest {
  private static final Wiring ALL =
      new Wiring(OptionalInt.of(17), false, OptionalInt.of(27), OptionalInt.of(0x176), true);

  @TempDir Path root;

  private final DigitalOutputProvider outputs = MockDigitalOutputProvider.newInstance();
  private final DigitalInputProvider inputs = MockDigitalInputProvider.newInstance();
  private final MockI2CProvider i2c = MockI2CProvider.newInstance();

  @Test
  void led_switchesItsLine_andIsDarkAtTheEnd() throws HardwareException {
    MockDigitalOutput line;
    try (Wired wired = wired(ALL)) {
      line = outputs.context().registry().get("led", MockDigitalOutput.class);
      assertEquals(17, line.address());
      assertEquals(DigitalState.LOW, line.state());

      assertEquals("led is on", wired.led().set(true));
      assertEquals(DigitalState.HIGH, line.state());
    }
    assertEquals(DigitalState.LOW, line.state());
  }

  @Test
  void button_pullsItsLineToGround_andTellsOfPressAndRelease() {
    List<Boolean> told = new ArrayList<>();
    try (Wired wired = wired(ALL)) {
      wired.onButton(told::add);
      MockDigitalInput line = inputs.context().registry().get("button", MockDigitalInput.class);

      line.mockState(DigitalState.HIGH).mockState(DigitalState.LOW).mockState(DigitalState.HIGH);
    }
    assertEquals(List.of(false, true, false), told);
  }

  @Test
  void registers_goToTheirPlaceOnTheBus() throws HardwareException {
    try (Pi4jParts parts = Pi4jParts.with(i2c)) {
      Registers registers = parts.registers(1, 0x76, "here");
      MockI2C bus = i2c.context().registry().get("i2c-1-118", MockI2C.class);
      assertEquals(1, bus.bus());
      assertEquals(0x76, bus.device());

      registers.write(0xF4, 0x25);
      assertEquals(0x25, registers.read(0xF4, 1)[0]);

      String said =
          assertThrows(HardwareException.class, () -> registers.read(0xD0, 1)).getMessage();
      assertEquals("here: -1 of 1 bytes came", said);
      parts.registers(1, 0x76, "here"); // opened again, after it was unplugged
    }
  }

  @Test
  void partThatIsMissing_stopsNothingElse_andIsSaid() {
    Wiring all = ALL;
    try (Wired wired =
        Wired.in(
            root,
            root,
            all,
            () -> {
              throw new HardwareException("no lines here");
            },
            () -> {
              throw new HardwareException("no bus here");
            })) {
      wired.onButton(pressed -> {});
      assertTrue(
          wired.describe().endsWith("MISSING: no bus here; no lines here"), wired.describe());
      assertEquals(
          List.of("cpu", "climate", "probes"), wired.sensors().stream().map(Sensor::name).toList());
      assertThrows(HardwareException.class, () -> wired.led().set(true));
      assertThrows(HardwareException.class, () -> wired.sensors().get(1).read());
    }
  }

  @Test
  void nothingConfigured_opensNothing() {
    Wired.Opener never =
        () -> {
          throw new AssertionError("Pi4J was asked");
        };
    try (Wired wired = Wired.in(root, root, Wiring.BARE, never, never)) {
      assertEquals(1, wired.sensors().size());
      assertEquals(
          "no LED is configured (setting led)",
          assertThrows(HardwareException.class, () -> wired.led().set(true)).getMessage());
    }
  }

  @Test
  void sensorOnI2cAlone_needsNoLines() {
    Wiring climate =
        new Wiring(OptionalInt.empty(), false, OptionalInt.empty(), OptionalInt.of(0x176), false);
    try (Wired wired =
        Wired.in(
            root,
            root,
            climate,
            () -> {
              throw new AssertionError("lines were asked for");
            },
            () -> Pi4jParts.with(i2c))) {
      assertFalse(wired.describe().contains("MISSING"), wired.describe());
    }
  }

  /**
   * The real providers, on whatever this machine is: no line 17 and no bus 19 on a build machine.
   */
  @Test
  void machineThatIsNoBoard_isToldInWords() {
    Wiring wiring =
        new Wiring(
            OptionalInt.of(17), false, OptionalInt.empty(), OptionalInt.of(19 << 8 | 0x76), false);
    Set<String> before = threads();
    try (Wired wired = Wired.open(wiring)) {
      assertThrows(HardwareException.class, () -> wired.led().set(true));
      String said =
          assertThrows(HardwareException.class, () -> wired.sensors().get(1).read()).getMessage();
      assertTrue(said.startsWith("/dev/i2c-19 0x76: "), said);
      assertEquals(before, threads(), "Pi4J started threads");
    }
  }

  @Test
  void simulation_hasEverySensor_andItsButtonFollowsItsLight() throws HardwareException {
    List<Boolean> told = new ArrayList<>();
    try (Hardware mock = new Simulated()) {
      mock.onButton(told::add);
      for (Sensor sensor : mock.sensors()) {
        assertTrue(sensor.read().startsWith("{\""), sensor.name());
      }
      assertEquals("led is on (simulated)", mock.led().set(true));
      mock.led().set(true);
      mock.led().set(false);
    }
    assertEquals(List.of(true, false), told);
  }

  private Wired wired(Wiring wiring) {
    return Wired.in(
        root, root, wiring, () -> Pi4jParts.with(outputs, inputs), () -> Pi4jParts.with(i2c));
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }
}
