package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.ListeningSockets;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What only a process of its own can show: its sockets as the system sees them, and a small heap.
 */
@Timeout(60)
class DeviceProcessTest {
  @TempDir private Path folder;

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "sockets are read from /proc")
  void device_connected_hasNoListeningSocket() throws Exception {
    try (ScriptedBroker broker =
        ScriptedBroker.builder().onConnection(Script.accepting()).start()) {
      Process device = start(broker);
      try (BufferedReader said = device.inputReader(StandardCharsets.UTF_8)) {
        assertEquals("connected", said.readLine());
        assertEquals(List.of(), ListeningSockets.ofProcess(device.pid()));
      } finally {
        end(device);
      }
    }
  }

  @Test
  void device_lengthFieldOf256Megabytes_isRefusedIn32MegabytesOfHeap() throws Exception {
    try (ScriptedBroker broker =
        ScriptedBroker.builder()
            .onConnection(
                wire -> {
                  wire.expectConnect();
                  wire.send(MqttPackets.header(0x20, 268_435_455));
                  wire.readUntilClosed();
                })
            .start()) {
      Process device = start(broker);
      try (BufferedReader said = device.inputReader(StandardCharsets.UTF_8)) {
        assertEquals("ProtocolViolationException", said.readLine());
      } finally {
        end(device);
      }
    }
  }

  private Process start(ScriptedBroker broker) throws IOException {
    Path root = broker.identity().writeRoot(folder.resolve("ca.pem"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx32m",
            "-cp",
            System.getProperty("java.class.path"),
            DeviceProcess.class.getName(),
            Integer.toString(broker.port()),
            root.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void end(Process device) throws IOException, InterruptedException {
    device.getOutputStream().close();
    if (!device.waitFor(10, TimeUnit.SECONDS)) {
      device.destroyForcibly();
    }
    assertTrue(device.waitFor(10, TimeUnit.SECONDS));
  }
}
