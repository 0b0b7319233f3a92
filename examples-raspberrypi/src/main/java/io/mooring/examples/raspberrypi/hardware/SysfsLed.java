package io.mooring.examples.raspberrypi.hardware;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The board's own LED, or one that exists in words only where there is none to be switched. */
final class SysfsLed implements Led {
  /** The activity LED, as newer and older kernels of the Raspberry Pi call it. */
  private static final List<String> NAMES = List.of("ACT", "led0");

  private final @Nullable Path folder;

  private SysfsLed(@Nullable Path folder) {
    this.folder = folder;
  }

  static SysfsLed in(Path sys) {
    return new SysfsLed(
        NAMES.stream()
            .map(name -> sys.resolve("class/leds").resolve(name))
            .filter(folder -> Files.isWritable(folder.resolve("brightness")))
            .findFirst()
            .orElse(null));
  }

  /** One that exists in words only. */
  static SysfsLed simulated() {
    return new SysfsLed(null);
  }

  @Override
  public String describe() {
    return folder == null ? "LED simulated (none that may be switched)" : "LED " + folder;
  }

  @Override
  public String set(boolean on) throws HardwareException {
    String state = "led is " + (on ? "on" : "off");
    if (folder == null) {
      return state + " (simulated)";
    }
    try {
      // A trigger, such as activity of the memory card, would switch it back.
      if (Files.isWritable(folder.resolve("trigger"))) {
        Files.writeString(folder.resolve("trigger"), "none");
      }
      Files.writeString(folder.resolve("brightness"), on ? "1" : "0");
      return state;
    } catch (IOException e) {
      throw new HardwareException("the LED cannot be switched: " + e, e);
    }
  }
}
