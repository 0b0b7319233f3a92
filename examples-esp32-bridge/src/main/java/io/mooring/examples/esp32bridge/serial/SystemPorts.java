package io.mooring.examples.esp32bridge.serial;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortInvalidPortException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The ports of this machine, by jSerialComm. */
public final class SystemPorts implements Ports {
  private static final int READ_MILLIS = 100;
  private static final int DATA_BITS = 8;

  @Override
  public List<String> matching(String pattern) {
    Path path = Path.of(pattern);
    Path folder = path.getParent();
    if (!pattern.contains("*") || folder == null) {
      return Files.exists(path) ? List.of(pattern) : List.of();
    }
    List<String> names = new ArrayList<>();
    String glob = path.getFileName().toString().replaceAll("([\\\\\\[\\]{}?])", "\\\\$1");
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      entries.forEach(entry -> names.add(entry.toString()));
    } catch (IOException | DirectoryIteratorException e) {
      return List.of(); // the folder comes with the first adapter, as /dev/serial/by-id does
    }
    names.sort(String::compareTo);
    return names;
  }

  @Override
  public Port open(String name, int baud) throws IOException {
    Path device = Path.of(name).toRealPath();
    SerialPort port;
    try {
      port = SerialPort.getCommPort(device.toString());
    } catch (SerialPortInvalidPortException e) {
      throw new IOException(name + " is no serial port", e);
    }
    port.setComPortParameters(baud, DATA_BITS, SerialPort.ONE_STOP_BIT, SerialPort.NO_PARITY);
    port.setFlowControl(SerialPort.FLOW_CONTROL_DISABLED);
    port.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, READ_MILLIS, 0);
    if (!port.openPort(0)) {
      throw new IOException(
          name
              + " cannot be opened (errno "
              + port.getLastErrorCode()
              + "). Check that the bridge's user is in the group of the port (dialout), that no"
              + " other program has it open, and that the adapter can do "
              + baud
              + " baud");
    }
    return new SystemPort(name, device, port);
  }

  private record SystemPort(String name, Path device, SerialPort port) implements Port {
    @Override
    public int read(byte[] buffer) throws IOException {
      int count = port.readBytes(buffer, buffer.length);
      if (count < 0 || (count == 0 && !Files.exists(device))) {
        throw new IOException(name + " is gone");
      }
      return count;
    }

    @Override
    public void write(byte[] bytes, int count) throws IOException {
      int written = 0;
      while (written < count) {
        int now = port.writeBytes(bytes, count - written, written);
        if (now < 0 || (now == 0 && (!port.isOpen() || !Files.exists(device)))) {
          throw new IOException(name + " is gone");
        }
        written += now;
      }
    }

    @Override
    public void close() {
      port.closePort();
    }
  }
}
