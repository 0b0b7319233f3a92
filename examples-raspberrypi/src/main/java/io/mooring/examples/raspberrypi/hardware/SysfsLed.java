package io.mooring.examples.raspberrypi.hardware;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The board's own LED, by the kernel's files. */
record SysfsLed(Path folder) implements Led {
  /** The activity LED, as newer and older kernels of the Raspberry Pi call it. */
  private static final List<String> NAMES = List.of("ACT", "led0");

  static SysfsLed in(Path sys) throws HardwareException {
    Path leds = sys.resolve("class/leds");
    Path folder =
        NAMES.stream()
            .map(leds::resolve)
            .filter(found -> Files.exists(found.resolve("brightness")))
            .findFirst()
            .orElseThrow(() -> new HardwareException("no LED of the board in " + leds));
    if (!Files.isWritable(folder.resolve("brightness"))) {
      throw new HardwareException(
          folder + "/brightness may not be written by this user; README.md says how it may");
    }
    return new SysfsLed(folder);
  }

  @Override
  public String describe() {
    return "LED " + folder;
  }

  @Override
  public String set(boolean on) throws HardwareException {
    try {
      // A trigger, such as activity of the memory card, would switch it back.
      if (Files.isWritable(folder.resolve("trigger"))) {
        Files.writeString(folder.resolve("trigger"), "none");
      }
      Files.writeString(folder.resolve("brightness"), on ? "1" : "0");
      return "led is " + (on ? "on" : "off");
    } catch (IOException e) {
      throw new HardwareException("the LED cannot be switched: " + e, e);
    }
  }
}
