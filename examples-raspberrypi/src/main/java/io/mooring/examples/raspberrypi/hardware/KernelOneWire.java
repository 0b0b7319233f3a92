package io.mooring.examples.raspberrypi.hardware;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/** The one-wire bus as Linux shows it below {@code /sys/bus/w1/devices}. */
record KernelOneWire(Path devices) implements OneWire {
  static KernelOneWire in(Path sys) {
    return new KernelOneWire(sys.resolve("bus/w1/devices"));
  }

  @Override
  public SortedSet<String> probes() throws HardwareException {
    SortedSet<String> found = new TreeSet<>();
    try (DirectoryStream<Path> probes = Files.newDirectoryStream(devices, "28-*")) {
      probes.forEach(probe -> found.add(String.valueOf(probe.getFileName())));
    } catch (IOException e) {
      throw new HardwareException(
          "no one-wire bus in " + devices + "; is dtoverlay=w1-gpio in config.txt?", e);
    }
    return found;
  }

  @Override
  public String slave(String probe) throws HardwareException {
    try {
      return Files.readString(devices.resolve(probe).resolve("w1_slave"));
    } catch (IOException e) {
      throw new HardwareException("does not answer", e);
    }
  }
}
